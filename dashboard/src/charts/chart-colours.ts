/** The colours of a chart, read from the style sheet: a canvas cannot use CSS variables. Read again when the theme changes. */
export interface ChartColours {
  line: string
  soft: string
  envelope: string
  grid: string
  limit: string
  text: string
  hatch: string
  surface: string
  /** Of spans that matter, by their class. */
  priorities: Record<string, { area: string; edge: string }>
}

export function readChartColours(): ChartColours {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return {
    line: read('--ch-line'),
    soft: read('--ch-soft'),
    envelope: read('--ch-normal'),
    grid: read('--ch-grid'),
    limit: read('--ch-limit'),
    text: read('--text-3'),
    hatch: read('--line-2'),
    surface: read('--surface'),
    priorities: Object.fromEntries(
      ['p1', 'p2', 'p3', 'p4'].map((name) => [name, { area: read(`--${name}-soft`), edge: read(`--${name}-ink`) }]),
    ),
  }
}
