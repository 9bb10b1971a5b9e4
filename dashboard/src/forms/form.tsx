import type { ReactNode } from 'react'
import { Icon } from '../shell/icon.tsx'
import { useFieldProblem } from './field-problems.ts'

interface FieldProps {
  label: string
  hint?: string
  /** What the service calls it: what it finds wrong with it stands below the control. */
  name?: string
  children: ReactNode
}

/** A labelled control; the hint belongs to the label, so that it is read with it. */
export function Field({ label, hint, name, children }: FieldProps) {
  const problem = useFieldProblem(name)
  const below = problem ?? hint
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={problem === undefined ? 'field' : 'field bad'}>
      {label}
      {children}
      {below !== undefined && <small>{below}</small>}
    </label>
  )
}

/** What went wrong, read out as soon as it is there. */
export function Problem({ words }: { words: string | undefined }) {
  return (
    <div role="alert">
      {words !== undefined && (
        <p className="note p1">
          <Icon name="info" />
          {words}
        </p>
      )}
    </div>
  )
}

export function Actions({ children }: { children: ReactNode }) {
  return <div className="row wrap actions">{children}</div>
}

export function SubmitButton({
  isBusy,
  isDanger = false,
  isDisabled = false,
  children,
}: {
  isBusy: boolean
  isDanger?: boolean
  isDisabled?: boolean
  children: ReactNode
}) {
  const kind = isDanger ? 'danger' : 'pri'
  return (
    <button type="submit" className={`btn ${kind} ${isBusy ? 'busy' : ''}`} aria-busy={isBusy} disabled={isDisabled}>
      {children}
    </button>
  )
}
