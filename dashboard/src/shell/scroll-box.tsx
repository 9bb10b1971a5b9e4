import { type ReactNode, useEffect, useRef } from 'react'

/** A box that scrolls sideways when its content is too wide, and can then be reached and scrolled by keyboard. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    // A tab stop where there is nothing to scroll would only be in the way.
    const observer = new ResizeObserver(() => {
      element.tabIndex = element.scrollWidth > element.clientWidth ? 0 : -1
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return (
    <section className="xs" ref={box} aria-label={label}>
      {children}
    </section>
  )
}
