import uPlot from 'uplot'
import type { ChartColours } from './chart-colours.ts'

export const chartFont = '10.5px "SC Sans", system-ui, sans-serif'

/** A dashed line at a limit or a set value, with its words. */
export interface LimitLine {
  value: number
  words: string
}

const hatchDistance = 7

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
