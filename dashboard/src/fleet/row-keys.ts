import { useShortcuts } from '../shell/shortcuts.ts'

/** A row far away appears a few frames after it was scrolled to. */
const framesToWait = 6

/** J and K move the focus from row to row, through rows that do not exist yet too. Returns what they do. */
export function useRowKeys(count: number, scrollTo: (index: number) => void): (step: 1 | -1) => void {
  function move(step: 1 | -1): void {
    const focused = document.activeElement?.closest<HTMLElement>('[data-index]')
    const start = focused ?? document.querySelector<HTMLElement>('.on[data-index]')
    const from = start === null ? -1 : Number(start.dataset.index)
    const index = Math.min(count - 1, Math.max(0, from + step))
    if (count === 0) return
    scrollTo(index)
    focusRow(index, framesToWait)
  }
  useShortcuts({ j: () => move(1), k: () => move(-1) })
  return move
}

function focusRow(index: number, frames: number): void {
  const row = document.querySelector<HTMLElement>(`[data-index="${index}"]`)
  const link = row?.matches('[data-row-link]') ? row : row?.querySelector<HTMLElement>('[data-row-link]')
  if (link) link.focus({ preventScroll: true })
  else if (frames > 0) requestAnimationFrame(() => focusRow(index, frames - 1))
}
