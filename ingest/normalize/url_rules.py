"""The rules by which `ingest.normalize.urls` gives one spelling to a link: tables, tried from top to bottom.

They are kept apart from the code so that a line can be added by somebody who has just met a new redirect.
"""

from __future__ import annotations

import re

# host: the same place under its own name
ALIASES = {
    "twitter.com": "x.com",
    "fxtwitter.com": "x.com",
    "vxtwitter.com": "x.com",
    "fixupx.com": "x.com",
    "fixvx.com": "x.com",
    "youtube-nocookie.com": "youtube.com",
    "music.youtube.com": "youtube.com",
    "telegram.me": "t.me",
    "telegram.dog": "t.me",
    "fb.com": "facebook.com",
    "instagr.am": "instagram.com",
    "threads.net": "threads.com",
    "vk.ru": "vk.com",
    "vkontakte.ru": "vk.com",
    "discordapp.com": "discord.com",
    "old.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
    "archive.is": "archive.today",
    "archive.ph": "archive.today",
    "archive.li": "archive.today",
    "archive.md": "archive.today",
    "archive.vn": "archive.today",
    "archive.fo": "archive.today",
    "mega.co.nz": "mega.nz",
    "mega.io": "mega.nz",
}

# (host, what stands in front of it): hosts that only say which device or language
DEVICES = re.compile(r"(?:www\d{0,2}|m|mobile|amp|touch|wap)\.(?=[^.]+\.)")
HOSTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:mbasic|web|free|p|lite|d|[a-z]{2}-[a-z]{2})\.facebook\.com"), "facebook.com"),
    (re.compile(r"([a-z-]+)\.m\.wiki(pedia|media|news|source|quote)\.org"), r"\1.wiki\2.org"),
    (re.compile(r"([a-z]{2})\.(reddit|pinterest|linkedin)\.com"), r"\2.com"),
)

# host and path of a redirect, then the parameters that may hold the address it leads to
REDIRECTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"l[mx]?\.(?:facebook|instagram|messenger|threads|workplace|wl)\.(?:com|net|co)", r"/.*|", ("u",)),
    (r"facebook\.com", r"/(?:l\.php|flx/warn|sharer(?:/sharer)?(?:\.php)?|share\.php|dialog/share)/?", ("u", "href")),
    (r"(?:[a-z]+\.)?google\.[a-z.]{2,6}", r"/(?:url|imgres)", ("q", "url", "imgrefurl")),
    (r"translate\.google\.[a-z.]{2,6}", r"/translate", ("u",)),
    (r"youtube\.com", r"/redirect", ("q",)),
    (r"t\.me", r"/(?:iv|share(?:/url)?)", ("url",)),
    (r"(?:away\.)?vk\.com", r"/(?:away|share)\.php", ("to", "url")),
    (r"ok\.ru", r"/dk", ("st.link",)),
    (r"linkedin\.com", r"/(?:redir/redirect|safety/go|sharing/share-offsite|shareArticle)/?", ("url",)),
    (r"x\.com", r"/(?:intent/(?:tweet|post)|share)", ("url",)),
    (r"out\.reddit\.com", r".*", ("url",)),
    (r"steamcommunity\.com", r"/linkfilter/?", ("url", "u")),
    (r"t\.umblr\.com", r"/redirect", ("z",)),
    (r"duckduckgo\.com", r"/l/?", ("uddg",)),
    (r"slack-redir\.net", r"/link", ("url",)),
    (r"(?:exit|gate)\.sc", r"/?", ("url",)),
    (r".+\.safelinks\.protection\.outlook\.com", r"/.*|", ("url",)),
    (r"api\.whatsapp\.com", r"/send/?", ("text",)),
)

# host and path that hold the whole address behind them: archives, AMP caches, readers
WRAPPERS: tuple[tuple[str, str], ...] = (
    (r"(?:web\.|wayback\.|wwwb\.)?archive\.org", r"/(?:web|wayback)/[^/]*/(?:[^/]*/)?(?P<to>https?:/.*)"),
    (r"web\.archive\.org", r"/web/\d+[a-z_]*/(?P<to>[^/]+\..*)"),
    (r"archive\.today", r"/(?:.*/)?(?P<to>https?:/.*)"),
    (r"12ft\.io|outline\.com|r\.jina\.ai|href\.li|anonym\.to|nullrefer\.com", r"/(?:proxy\?q=)?\??(?P<to>https?:/.*)"),
    (r"webcache\.googleusercontent\.com", r"/search\?q=cache:[^:]*:?(?P<to>https?:/.*?)(?:[+&].*)?"),
    (r"google\.[a-z.]{2,6}", r"/amp/(?:s/)?(?P<to>.+)"),
    (r".+\.cdn\.ampproject\.org", r"/[a-z](?:/s)?/(?P<to>.+)"),
)

# host: (path with query, one spelling). `$1` … are groups, `~` before one lowers its case. First match wins.
PATHS: dict[str, tuple[tuple[str, str], ...]] = {
    "youtube.com": (
        (r"/watch\?(?:.*&)?v=([\w-]+).*", "/watch?v=$1"),
        (r"/(?:shorts|embed|live|v|e)/([\w-]{6,}).*", "/watch?v=$1"),
        (r"/playlist\?(?:.*&)?list=([\w-]+).*", "/playlist?list=$1"),
        (r"/@([^/?]+).*", "/@~1"),
        (r"/((?:channel|c|user)/[^/?]+).*", "/$1"),
    ),
    "youtu.be": ((r"/([\w-]{6,}).*", "youtube.com/watch?v=$1"),),
    "x.com": (
        (r"/(?:[^/]+|i/web)/status(?:es)?/(\d+).*", "/i/status/$1"),
        (r"/hashtag/([^/?]+).*", "/hashtag/~1"),
        (r"/search\?(?:.*&)?q=([^&]+).*", "/search?q=$1"),
        (r"/i/([^?]+).*", "/i/$1"),
        (r"/@?(\w{1,15})/?(?:\?.*)?", "/~1"),
    ),
    "t.me": (
        (r"/(c/\d+(?:/\d+)*).*", "/$1"),
        (r"/(?:joinchat/|\+|%2B)([\w-]+).*", "/+$1"),
        (r"/(?:s/)?(\w{4,32})(?:/(?:\d+/)?(\d+))?/?\?(?:.*&)?comment=(\d+).*", "/~1/$2?comment=$3"),
        (r"/(?:s/)?(\w{4,32})/(?:\d+/)?(\d+)/?(?:\?.*)?", "/~1/$2"),
        (r"/(?:s/)?(\w{4,32})/?(?:\?.*)?", "/~1"),
    ),
    "facebook.com": (
        (r"/(?:watch/?|watch/live/?|video\.php)\?(?:.*&)?v=(\d+).*", "/watch?v=$1"),
        (r"/[^/]+/videos/(?:[^/]+/)?(\d+).*", "/watch?v=$1"),
        (r"/reel/(\d+).*", "/watch?v=$1"),
        (r"/(?:photo(?:\.php)?/?|photo/?)\?(?:.*&)?fbid=(\d+).*", "/photo?fbid=$1"),
        (r"/(?:permalink|story)\.php\?(?:.*&)?story_fbid=([\w.-]+)&(?:.*&)?id=(\d+).*", "/permalink.php?id=$2&story_fbid=$1"),
        (r"/(?:permalink|story)\.php\?(?:.*&)?id=(\d+)&(?:.*&)?story_fbid=([\w.-]+).*", "/permalink.php?id=$1&story_fbid=$2"),
        (r"/groups/([^/?]+)/(?:permalink|posts)/(\d+).*", "/groups/~1/posts/$2"),
        (r"/profile\.php\?(?:.*&)?id=(\d+).*", "/profile.php?id=$1"),
    ),
    "instagram.com": ((r"/(?:[^/]+/)?(?:p|reels?|tv)/([\w-]+).*", "/p/$1"), (r"/([\w.]+)/?(?:\?.*)?", "/~1")),
    "tiktok.com": ((r"/(@[^/?]+)/(?:video|photo)/(\d+).*", "/~1/video/$2"), (r"/(@[^/?]+).*", "/~1")),
    "reddit.com": (
        (r"/(?:(?:r|user)/[^/]+/)?comments/(\w+)/[^/?]*/(\w+).*", "/comments/$1/_/$2"),
        (r"/(?:(?:r|user)/[^/]+/)?comments/(\w+).*", "/comments/$1"),
        (r"/r/(\w+)/?(?:\?.*)?", "/r/~1"),
    ),
    "redd.it": ((r"/(\w+).*", "reddit.com/comments/$1"),),
    "vk.com": ((r"/.*[?&](?:w|z)=(wall-?\d+_\d+).*", "/$1"), (r"/(wall-?\d+_\d+).*", "/$1")),
    "fb.watch": ((r"/([\w-]+).*", "/$1"),),
    "dailymotion.com": ((r"/video/(\w+).*", "/video/$1"),),
    "dai.ly": ((r"/(\w+).*", "dailymotion.com/video/$1"),),
    "mega.nz": ((r"/(file|folder)/([\w-]+).*", "/$1/$2"),),
}  # fmt: skip

# parameters that say how somebody came to the page, not which page it is
TRACKERS = re.compile(
    r"utm_.*|utm|hsa_.*|mtm_.*|pk_.*|piwik_.*|matomo_.*|oly_.*|vero_.*|guce_.*|guccounter|ga_.*|_ga|_gl|at_(?:medium|campaign|custom\d|"
    r"link.*|format|ptr.*|bbc_team)|wt_.*|wt\..*|xtor|fbclid|[gyd]clid|gclsrc|gbraid|wbraid|msclkid|twclid|ttclid|"
    r"li_fat_id|igshid?|igsh|mc_[ce]id|mkt_tok|_hsenc|_hsmi|__hs.*|hsctatracking|s_kwcid|s_cid|scid|smid|smtyp|smprod|"
    r"ref|ref_|ref_src|ref_url|refid|refsrc|referrer|referer|cmp|cmpid|campaign_?id|ncid|ocid|icid|ito|sr_share|"
    r"soc_src|soc_trk|fb_(?:action.*|source|ref|comment_id)|action_(?:object|type|ref)_map|__twitter_impression|"
    r"__cft__.*|__tn__|mibextid|rdid|share_?url|sfnsn|paipv|eav|_rdr|hc_.*|fref|spm|amp|amp_.*|usqp|outputtype|"
    r"via|socialshare|share_?(?:id|token|source|from|type|medium)|shared|cx_.*|cvid|sessionid|phpsessid|jsessionid",
    re.IGNORECASE,
)

# short links lead anywhere and are not followed; their parameters never matter
_SHORT = """
1drv.ms a.co abcn.ws aje.io amzn.eu amzn.to apne.ws bbc.in binged.it bit.do bit.ly bitly.com bl.ink buff.ly
cbsn.ws clck.ru cnb.cx cnn.it cutt.ly db.tt dlvr.it econ.st eepurl.com fb.me fb.watch fw.to fxn.ws g.co goo.gl
gu.com hill.cm huff.to ift.tt is.gd j.mp kurl.ru lat.ms lnk.to lnkd.in mailchi.mp maps.app.goo.gl n.pr
nbcnews.to nyp.st nyti.ms on.cnn.com on.fb.me on.ft.com on.rt.com on.soundcloud.com on.wsj.com ow.ly owl.li
pin.it po.st politi.co pst.cr rb.gy rebrand.ly reut.rs s.click.aliexpress.com s.id s.team sc.mp shar.es
shorturl.at smarturl.it snd.sc spoti.fi spotify.link sptnkne.ws strib.mn surl.li t.co t.ly t.snapchat.com
ti.me tiny.cc tiny.one tinyurl.com tmblr.co tmi.me trib.al u.to usat.ly v.gd vk.cc vm.tiktok.com vt.tiktok.com
w.wiki wapo.st we.tl wp.me wrd.cm yhoo.it
"""
SHORT = frozenset(_SHORT.split())

# what stands behind # opens something private there (a group, a contact): told apart by a hash, never kept
SECRETS = frozenset({"signal.group", "signal.me", "simplex.chat", "threema.id", "wormhole.app", "send.vis.ee"})
