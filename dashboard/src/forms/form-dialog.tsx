import { type ReactNode, useRef } from 'react'
import { Dialog } from '../shell/dialog.tsx'
import { FieldProblemsContext, useFirstBadField } from './field-problems.ts'
import { Actions, Problem, SubmitButton } from './form.tsx'
import { useSubmit } from './use-submit.ts'

interface FormDialogProps {
  title: string
  /** The verb with its object: "Add site". */
  action: string
  isDanger?: boolean
  isDisabled?: boolean
  /** It has something to show afterwards, and is closed by whoever opened it. */
  staysOpen?: boolean
  onClose: () => void
  /** What the form does; the dialog closes when it has worked. */
  onSubmit: (form: FormData) => Promise<unknown>
  children: ReactNode
}

/** A dialog that changes something, or asks before it does. */
export function FormDialog(props: FormDialogProps) {
  const { title, action, isDanger, isDisabled, staysOpen, onClose, onSubmit, children } = props
  const { isBusy, problem, fields, submit } = useSubmit()
  const ref = useRef<HTMLFormElement>(null)
  useFirstBadField(ref, fields)
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        ref={ref}
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          void submit(() => onSubmit(form)).then((worked) => worked && !staysOpen && onClose())
        }}
      >
        <FieldProblemsContext value={fields}>{children}</FieldProblemsContext>
        <Problem words={problem} />
        <Actions>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <SubmitButton isBusy={isBusy} isDanger={isDanger ?? false} isDisabled={isDisabled ?? false}>
            {action}
          </SubmitButton>
        </Actions>
      </form>
    </Dialog>
  )
}

/** Text of a field, trimmed. */
export function textOf(form: FormData, name: string): string {
  return String(form.get(name) ?? '').trim()
}

/** The number in a field; null if it is empty. A comma counts as a point. */
export function numberOf(form: FormData, name: string): number | null {
  const text = textOf(form, name)
  return text === '' ? null : Number(text.replace(',', '.'))
}
