"""A first profile of a site, drafted by comparing several of its pages; and whether a profile still fits its pages.

What generic extraction finds on each page is looked for in the page's markup; a selector that finds it on all pages,
and nothing else, becomes a line of the profile.
"""
