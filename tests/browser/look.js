/* What an eye and a keyboard make of a page; run in the page by look.py. */
(() => {
  const name = element => {
    const own = element.tagName.toLowerCase();
    const mark = element.id ? "#" + element.id : [...element.classList].map(c => "." + c).join("");
    return own + mark + (element.closest("[id]") && !element.id ? " in #" + element.closest("[id]").id : "");
  };
  const seen = element => element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});
  const unseen = element => {
    const box = element.getBoundingClientRect();
    const clipped = element.closest(".unseen") || getComputedStyle(element).clipPath === "inset(50%)";
    return !seen(element) || clipped || box.width <= 1 || box.height <= 1;
  };
  const all = () => [...document.body.querySelectorAll("*")];
  const scrolls = element => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return true;
    return false;
  };

  /* How far the page reaches beyond the window, and what does. */
  const overflow = () => {
    const root = document.documentElement;
    const over = root.scrollWidth - root.clientWidth;
    if (over <= 0) return [];
    const wide = all().filter(e => !unseen(e) && e.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(e));
    return [`${over} px: ` + wide.slice(-3).map(name).join(", ")];
  };

  /* Text that its box hides; a teaser that is clamped to some lines on the screen is meant so. */
  const editor = ".CodeMirror, .CodeMirror *, .cm-editor, .cm-editor *, select, option, input, textarea, iframe";
  const cut = clamped => all().filter(e => {
    const style = getComputedStyle(e);
    if (unseen(e) || !e.innerText || !e.innerText.trim() || e.matches(editor)) return false;
    if (clamped && style.webkitLineClamp !== "none") return false;
    const x = /hidden|clip/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 2;
    const y = /hidden|clip/.test(style.overflowY) && e.scrollHeight > e.clientHeight + 2;
    return x || y;
  }).map(name);

  /* On paper nothing scrolls. */
  const cutOnPaper = () => {
    const roots = all().filter(e => !unseen(e) && e.innerText && e.innerText.trim() && !e.matches(editor));
    return roots.filter(e => {
      const style = getComputedStyle(e);
      return (style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 2)
        || (style.overflowY !== "visible" && e.scrollHeight > e.clientHeight + 2);
    }).map(name);
  };

  const moving = () => all().filter(e => ["", "::before", "::after"].some(part => {
    const style = getComputedStyle(e, part || null);
    const long = value => value.split(",").some(v => parseFloat(v) > 0.01);
    return (part === "" || style.content !== "none") && (long(style.transitionDuration) || (style.animationName !== "none" && long(style.animationDuration)));
  })).map(name);

  const tabbable = () => {
    const groups = new Set();
    return all().filter(e => e.matches("a[href], area[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]"))
      .filter(e => !e.disabled && e.type !== "hidden" && e.tabIndex >= 0 && seen(e))
      .filter(e => !e.matches("summary") || e.parentElement.matches("details"))
      .filter(e => {
        if (e.type !== "radio") return true;
        const fresh = !groups.has(e.name);
        groups.add(e.name);
        return fresh;
      });
  };

  const shows = element => ["", "::before", "::after"].some(part => {
    const style = getComputedStyle(element, part || null);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 && style.outlineColor !== "rgba(0, 0, 0, 0)")
      || (part === "" && style.boxShadow !== "none");
  }) || around(element, 3) || drawn(element);
  /* In a drawing the line around a shape grows. */
  const drawn = element => element.ownerSVGElement && [...element.querySelectorAll("*")].some(e => parseFloat(getComputedStyle(e).strokeWidth) >= 2);
  const around = (element, levels) => {
    const up = element.parentElement;
    return levels > 0 && up && up !== document.body && (getComputedStyle(up).outlineStyle !== "none" || around(up, levels - 1));
  };

  /* From now on, note what gets the focus and whether one sees it. */
  const follow = () => {
    const steps = [];
    window.steps = steps;
    document.addEventListener("focusin", event => {
      const box = event.target.getBoundingClientRect();
      steps.push({element: event.target, visible: shows(event.target), area: box.width * box.height});
    });
    window.scrollTo(0, 0);
    /* The next Tab starts from the top, wherever the page has put the focus. */
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus({preventScroll: true});
    start.remove();
    steps.length = 0;
    /* A box for a date has a stop for the day, the month, the year and the calendar. */
    return tabbable().length + 4 * document.querySelectorAll("[type=date], [type=time], [type=month], iframe").length;
  };

  const followed = () => {
    const reached = new Set(window.steps.map(step => step.element));
    const radios = new Set([...reached].filter(e => e.type === "radio").map(e => e.name));
    const missed = tabbable().filter(e => !reached.has(e) && !(e.type === "radio" && radios.has(e.name)));
    const first = tabbable().filter(e => e.tabIndex > 0);
    return {
      first: window.steps.length ? name(window.steps[0].element) : "nothing",
      missed: missed.map(name),
      dim: window.steps.filter(step => !step.visible && step.element.tabIndex >= 0).map(step => name(step.element)),
      ordered: first.map(name),
    };
  };

  /* Bigger and wider text, as readers may set it (WCAG 1.4.4, 1.4.12); through the object model, for the policy. */
  const enlarge = size => { document.documentElement.style.fontSize = size ? size + "%" : ""; };
  const space = on => {
    const sheet = new CSSStyleSheet();
    if (on) sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
      p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
  };

  /* Where the reader's own colours replace ours: what is current, a button, a mark must be told by more than colours. */
  const indistinct = () => {
    const framed = style => ["Top", "Bottom", "Left"].some(side => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0)
      || style.outlineStyle !== "none";
    const current = [...document.querySelectorAll("[aria-current]")].filter(seen).filter(e => {
      const style = getComputedStyle(e);
      return !framed(style) && parseInt(style.fontWeight) < 600 && style.textDecorationLine === "none";
    });
    const buttons = [...document.querySelectorAll("button, input[type=submit]")].filter(seen)
      .filter(e => { const style = getComputedStyle(e); return !framed(style) && style.textDecorationLine === "none"; });
    const stubborn = all().filter(e => seen(e) && getComputedStyle(e).forcedColorAdjust === "none" && e.innerText && e.innerText.trim());
    return [...current.map(e => "current by colour alone: " + name(e)), ...buttons.map(e => "no edge: " + name(e)),
      ...stubborn.map(e => "text in colours of ours: " + name(e))];
  };

  /* Buttons that only a script could answer. */
  const dead = () => [...document.querySelectorAll("button")].filter(b => seen(b) && !(b.form && b.type === "submit")).map(name);

  const paper = () => getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
  window.look = {overflow, cut, cutOnPaper, moving, follow, followed, enlarge, space, indistinct, dead, paper};
})()
