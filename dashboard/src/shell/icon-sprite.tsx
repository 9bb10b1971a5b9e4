/** Every shape and icon of the page, once; Icon refers to them by id. Ids s1 to s3 are severities, on to mt presences. */
export function IconSprite() {
  return (
    <svg className="sprite" width="0" height="0" aria-hidden="true">
      <symbol id="fleet" viewBox="0 0 16 16">
        <path d="M2 12.5h3v-3H2zM6.5 12.5h3v-6h-3zM11 12.5h3v-9h-3z" />
      </symbol>
      <symbol id="help" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.7" />
        <path d="M6.3 6.5c0-2 3.4-2 3.4 0 0 1.3-1.7 1.4-1.7 2.7M8 11.3h.01" />
      </symbol>
      <symbol id="theme" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.7" />
        <path d="M8 2.3a5.7 5.7 0 0 1 0 11.4z" fill="currentColor" />
      </symbol>
      <symbol id="search" viewBox="0 0 16 16">
        <circle cx="7" cy="7" r="4.5" />
        <path d="m10.5 10.5 3 3" />
      </symbol>
      <symbol id="eye" viewBox="0 0 16 16">
        <path d="M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8z" />
        <circle cx="8" cy="8" r="1.9" />
      </symbol>
      <symbol id="x" viewBox="0 0 16 16">
        <path d="m4.5 4.5 7 7M11.5 4.5l-7 7" />
      </symbol>
      <symbol id="down" viewBox="0 0 16 16">
        <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />
      </symbol>
      <symbol id="up" viewBox="0 0 16 16">
        <path d="m4.5 9.5 3.5-3.5 3.5 3.5" />
      </symbol>
      <symbol id="table" viewBox="0 0 16 16">
        <path d="M2.5 4h11M2.5 8h11M2.5 12h11" />
      </symbol>
      <symbol id="grid" viewBox="0 0 16 16">
        <path d="M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z" />
      </symbol>
      <symbol id="check" viewBox="0 0 16 16">
        <path d="m3.5 8.5 3 3 6-7" />
      </symbol>
      <symbol id="info" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.7" />
        <path d="M8 7.3V11M8 5h.01" />
      </symbol>
      <symbol id="plus" viewBox="0 0 16 16">
        <path d="M8 3.5v9M3.5 8h9" />
      </symbol>
      <symbol id="copy" viewBox="0 0 16 16">
        <rect x="5.5" y="5.5" width="8" height="8" rx="1.2" />
        <path d="M10.5 5.5v-3h-8v8h3" />
      </symbol>
      <symbol id="pin" viewBox="0 0 16 16">
        <path d="M8 14.2s4.7-4.6 4.7-8a4.7 4.7 0 0 0-9.4 0c0 3.4 4.7 8 4.7 8z" />
        <circle cx="8" cy="6.2" r="1.7" />
      </symbol>
      <symbol id="people" viewBox="0 0 16 16">
        <circle cx="6" cy="5.4" r="2.4" />
        <path d="M1.8 13c0-2.6 1.8-4 4.2-4s4.2 1.4 4.2 4M10.6 3.2a2.4 2.4 0 0 1 0 4.4M11.8 9.4c1.5.5 2.4 1.8 2.4 3.6" />
      </symbol>
      <symbol id="bell" viewBox="0 0 16 16">
        <path d="M4 6.8a4 4 0 0 1 8 0c0 3.4 1.3 4.4 1.3 4.4H2.7S4 10.2 4 6.8zM6.7 13.5a1.5 1.5 0 0 0 2.6 0" />
      </symbol>
      <symbol id="clock" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.7" />
        <path d="M8 4.8V8l2.2 1.4" />
      </symbol>
      <symbol id="link" viewBox="0 0 16 16">
        <path d="M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7L8 4.3M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.9-.9" />
      </symbol>
      <symbol id="more" viewBox="0 0 16 16">
        <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />
      </symbol>
      <symbol id="user" viewBox="0 0 16 16">
        <circle cx="8" cy="5.5" r="2.7" />
        <path d="M3 13.5c.6-2.6 2.5-3.8 5-3.8s4.4 1.2 5 3.8" />
      </symbol>
      <symbol id="chat" viewBox="0 0 16 16">
        <path d="M2.5 3.5h11v7.5H7L4 13.3V11H2.5z" />
      </symbol>
      <symbol id="report" viewBox="0 0 16 16">
        <path d="M4 1.8h5.5L12.5 5v9.2H4zM9.3 1.8V5h3.2M6 8.5h4.5M6 11h4.5" />
      </symbol>
      <symbol id="site" viewBox="0 0 16 16">
        <path d="M3 14V3.5L9 2v12M9 6l4 1.2V14M1.5 14h13M5.3 6h1.4M5.3 8.5h1.4M5.3 11h1.4" />
      </symbol>
      <symbol id="audit" viewBox="0 0 16 16">
        <path d="M8 1.8 13 3.5v4c0 3.2-2.1 5.4-5 6.7-2.9-1.3-5-3.5-5-6.7v-4zM5.8 8l1.6 1.6L10.4 6.5" />
      </symbol>
      <symbol id="save" viewBox="0 0 16 16">
        <path d="M8 2.5v7.2M5 7l3 3 3-3M2.8 12.8h10.4" />
      </symbol>
      <symbol id="s1" viewBox="0 0 16 16">
        <rect x="1.5" y="1.5" width="13" height="13" rx="2" fill="var(--p1-fill)" stroke="var(--p1-edge)" />
        <text x="8" y="11.6" fill="var(--p1-on)">
          1
        </text>
      </symbol>
      <symbol id="s2" viewBox="0 0 16 16">
        <path d="M8 .8 15.6 14.6H.4z" fill="var(--p2-fill)" stroke="var(--p2-edge)" strokeLinejoin="round" />
        <text x="8" y="13" fill="var(--p2-on)">
          2
        </text>
      </symbol>
      <symbol id="s3" viewBox="0 0 16 16">
        <path d="m8 .3 7.7 7.7L8 15.7.3 8z" fill="var(--p3-fill)" stroke="var(--p3-edge)" strokeLinejoin="round" />
        <text x="8" y="11.6" fill="var(--p3-on)">
          3
        </text>
      </symbol>
      <symbol id="s4" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="6.8" fill="none" stroke="var(--control)" strokeWidth="1.3" />
        <text x="8" y="11.6" fill="var(--p4-on)">
          4
        </text>
      </symbol>
      <symbol id="back" viewBox="0 0 16 16">
        <path d="M9.5 4 5.5 8l4 4" />
      </symbol>
      <symbol id="on" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="4.5" fill="currentColor" />
      </symbol>
      <symbol id="lv" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="3.6" fill="currentColor" />
        <circle className="pulse" cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
      </symbol>
      <symbol id="sl" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.7" fill="none" stroke="currentColor" strokeWidth="1.8" />
        <path d="M8 2.3a5.7 5.7 0 0 1 0 11.4z" fill="currentColor" />
      </symbol>
      <symbol id="of" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.7" fill="none" stroke="currentColor" strokeWidth="2" />
        <path d="m4 12 8-8" stroke="currentColor" strokeWidth="2" />
      </symbol>
      <symbol id="mt" viewBox="0 0 16 16">
        <rect x="2.5" y="2.5" width="11" height="11" rx="2.5" fill="none" stroke="currentColor" strokeWidth="1.8" />
        <path d="M6.3 5.7v4.6M9.7 5.7v4.6" stroke="currentColor" strokeWidth="1.8" />
      </symbol>
      <symbol id="out" viewBox="0 0 16 16">
        <path d="M6.5 2.8H3.2v10.4h3.3M10 5l3 3-3 3M13 8H6.2" />
      </symbol>
    </svg>
  )
}
