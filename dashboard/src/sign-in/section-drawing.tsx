/** The lower edge of each floor, and where its ceiling antennas hang. */
const floors = [276, 368, 460, 552]
const antennas = [392, 512]

/** A building in section: what a booster does, in one picture. */
export function SectionDrawing() {
  return (
    <svg
      className="art"
      viewBox="0 0 640 640"
      role="img"
      aria-label="Section through a building: the donor antenna on the roof hears the operator mast, the booster in the riser repeats it, and ceiling antennas cover each floor"
    >
      <path className="ground" d="M20 562h600" />
      <g className="mast">
        <path d="M62 562 82 250l20 312M66 500h32M69 448h26M72 396h20M75 344h14M78 300h8M66 500l29-52M98 500l-29-52M69 448l23-52M95 448l-23-52M72 396l17-52M92 396l-17-52" />
        <path className="ink" d="M72 262h6v34h-6zM86 262h6v34h-6z" />
      </g>
      <path className="wave" d="M108 254q58-84 138-136M110 274q64-80 136-148M112 294q70-78 134-160" />
      <g className="bldg">
        <path d="M220 562V190h360v372" />
        <path d="M220 190h360" />
        <path d="M220 282h360" />
        <path d="M220 374h360" />
        <path d="M220 466h360" />
        <path className="thin" d="M300 190v372" />
        <path d="M208 190h384" />
      </g>
      {floors.map((y) => antennas.map((x) => <CeilingAntenna key={`${x}-${y}`} x={x} y={y} />))}
      <path className="cable" d="M262 142v156M280 324h8M288 194v276M288 194h224M288 286h224M288 378h224M288 470h224" />
      <path className="node" d="M284 190h8v8h-8z" />
      <path className="node" d="M284 282h8v8h-8z" />
      <path className="node" d="M284 374h8v8h-8z" />
      <path className="node" d="M284 466h8v8h-8z" />
      <g className="donor">
        <path d="M262 190V112" />
        <path className="ink" d="M254 112h16v30h-16z" />
      </g>
      <g className="box">
        <rect x="244" y="298" width="36" height="52" rx="4" />
        <path d="M251 308h22M251 315h22M251 322h22" />
        <circle cx="262" cy="339" r="3" />
      </g>
      <text x="82" y="588" textAnchor="middle">
        Operator mast
      </text>
      <text x="278" y="116">
        Donor antenna
      </text>
      <text x="262" y="367" textAnchor="middle">
        Booster
      </text>
      <text x="570" y="274" textAnchor="end">
        Level 4
      </text>
      <text x="570" y="366" textAnchor="end">
        Level 3
      </text>
      <text x="570" y="458" textAnchor="end">
        Level 2
      </text>
      <text x="570" y="550" textAnchor="end">
        Level 1
      </text>
    </svg>
  )
}

function CeilingAntenna({ x, y }: { x: number; y: number }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <path className="cov" d="M-58 0A60 74 0 0 1 58 0z" />
      <path className="arc" d="M-22-56a26 26 0 0 0 44 0M-36-46a42 42 0 0 0 72 0" />
      <path className="ink" d="M-9-81h18l-4 7h-10z" />
    </g>
  )
}
