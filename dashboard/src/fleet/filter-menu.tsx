import { type ReactNode, useEffect, useRef } from 'react'
import { Icon } from '../shell/icon.tsx'

/** A chip that opens a small panel; closes on Escape and on a press elsewhere. */
export function FilterMenu({ label, value, children }: { label: string; value: string; children: ReactNode }) {
  const ref = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    function close(event: Event): void {
      const menu = ref.current
      if (!menu?.open) return
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return
        event.preventDefault()
        menu.querySelector('summary')?.focus()
      } else if (event.target instanceof Node && menu.contains(event.target)) return
      menu.open = false
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('keydown', close, true)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('keydown', close, true)
    }
  }, [])
  return (
    <details className="menu" ref={ref}>
      <summary className="chip">
        {label} <b>{value}</b>
        <Icon name="down" />
      </summary>
      <div className="l choices">{children}</div>
    </details>
  )
}

/** One line of a panel: any of several, or one of several. */
export function Choice(props: {
  type: 'checkbox' | 'radio'
  name: string
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
}) {
  return (
    <label>
      <input
        className={props.type === 'checkbox' ? 'cb' : 'rb'}
        type={props.type}
        name={props.name}
        checked={props.checked}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      {props.children}
    </label>
  )
}
