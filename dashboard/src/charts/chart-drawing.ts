import uPlot from 'uplot'
import type { ChartColours } from './chart-colours.ts'

export const chartFont = '10.5px "SC Sans", system-ui, sans-serif'

/** A dashed line at a limit or a set value, with its words. */
export interface LimitLine {
  value: number
  words: string
}

/** A time that matters: tinted from its beginning to its end, with a line at one moment of it. Epoch ms. */
export interface ChartSpan {
  from: number
  at: number
  to: number
  /** Class of its colour: "p1" to "p4". */
  className: string
}

const hatchDistance = 7

/** Tints a span below everything else. */
export function drawSpan(chart: uPlot, span: ChartSpan | undefined, colours: ChartColours): void {
  const colour = span && colours.priorities[span.className]
  if (span === undefined || colour === undefined) return
  const { ctx, bbox } = chart
  const inside = (moment: number) =>
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, chart.valToPos(moment, 'x', true)))
  const left = inside(span.from)
  ctx.save()
  ctx.fillStyle = colour.area
  ctx.fillRect(left, bbox.top, inside(span.to) - left, bbox.height)
  ctx.fillStyle = colour.edge
  ctx.fillRect(inside(span.at), bbox.top, uPlot.pxRatio, bbox.height)
  ctx.restore()
}

/** Draws spans without reports hatched: missing is not a straight line between its ends. */
export function drawGaps(chart: uPlot, gaps: readonly { from: number; to: number }[], colours: ChartColours): void {
  const { ctx, bbox } = chart
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.strokeStyle = colours.hatch
  ctx.lineWidth = uPlot.pxRatio
  for (const { from, to } of gaps) {
    const left = chart.valToPos(from, 'x', true)
    const right = chart.valToPos(to, 'x', true)
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, bbox.top, right - left, bbox.height)
    ctx.clip()
    ctx.beginPath()
    const step = hatchDistance * uPlot.pxRatio
    for (let x = left - bbox.height; x < right; x += step) {
      ctx.moveTo(x, bbox.top + bbox.height)
      ctx.lineTo(x + bbox.height, bbox.top)
    }
    ctx.stroke()
    ctx.restore()
  }
  ctx.restore()
}

/** Words closer than this to those of the limit above them stand below their line. */
const wordsHeight = 14

/** Draws the limits that lie inside of the chart. */
export function drawLimits(chart: uPlot, limits: readonly LimitLine[], colours: ChartColours): void {
  const { ctx, bbox } = chart
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.strokeStyle = colours.limit
  ctx.lineWidth = ratio
  ctx.font = chartFont.replace('10.5px', `${10.5 * ratio}px`)
  ctx.textAlign = 'right'
  let above = Number.NEGATIVE_INFINITY
  for (const { value, words } of [...limits].sort((a, b) => b.value - a.value)) {
    const y = Math.round(chart.valToPos(value, 'y', true))
    if (y < bbox.top || y > bbox.top + bbox.height) continue
    ctx.setLineDash([4 * ratio, 3 * ratio])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    const isCrowded = y - above < wordsHeight * ratio
    const baseline = y + (isCrowded ? 11 : -5) * ratio
    const hasRoom = baseline < bbox.top + bbox.height && baseline - 9 * ratio > bbox.top - 6 * ratio
    if (hasRoom) drawWords(ctx, words, bbox.left + bbox.width - 4 * ratio, baseline, colours)
    above = y
  }
  ctx.restore()
}

/** Words with an edge in the colour of the ground, so that they can be read on top of lines. */
function drawWords(ctx: CanvasRenderingContext2D, words: string, x: number, y: number, colours: ChartColours): void {
  ctx.save()
  ctx.setLineDash([])
  ctx.lineJoin = 'round'
  ctx.lineWidth = 3 * uPlot.pxRatio
  ctx.strokeStyle = colours.surface
  ctx.strokeText(words, x, y)
  ctx.fillStyle = colours.text
  ctx.fillText(words, x, y)
  ctx.restore()
}
