const gapPx = 4
const largestHeightPx = 280

/**
 * Shows a list in the top layer below its field, or above it where there is more room, and keeps it there. In the top layer neither a
 * dialog nor a card cuts it off. Returns what ends it.
 */
export function placeBelow(field: HTMLElement, list: HTMLElement): () => void {
  const place = () => {
    const { top, bottom, left, width } = field.getBoundingClientRect()
    // With a keyboard on the screen less of the page can be seen.
    const height = window.visualViewport?.height ?? window.innerHeight
    const [above, below] = [top - 2 * gapPx, height - bottom - 2 * gapPx]
    const isAbove = below < Math.min(largestHeightPx, above)
    const room = Math.min(largestHeightPx, isAbove ? above : below)
    list.style.left = `${Math.min(left, window.innerWidth - width - gapPx)}px`
    list.style.minWidth = `${width}px`
    list.style.maxHeight = `${room}px`
    list.style.top = isAbove ? 'auto' : `${bottom + gapPx}px`
    list.style.bottom = isAbove ? `${window.innerHeight - top + gapPx}px` : 'auto'
  }
  const ended = new AbortController()
  list.showPopover()
  place()
  const { signal } = ended
  window.addEventListener('scroll', place, { capture: true, passive: true, signal })
  window.addEventListener('resize', place, { signal })
  window.visualViewport?.addEventListener('resize', place, { signal })
  return () => {
    ended.abort()
    list.hidePopover()
  }
}
