import { createContext, type RefObject, useContext, useEffect } from 'react'
import type { FieldProblems } from '../api/http.ts'

/** What the service found wrong with the form around a field. */
export const FieldProblemsContext = createContext<FieldProblems>([])

/** What is wrong with the field that the service calls so, or with a part of it; undefined if nothing is. */
export function useFieldProblem(name: string | undefined): string | undefined {
  const problems = useContext(FieldProblemsContext).filter(
    ({ field }) => name !== undefined && (field === name || field.startsWith(`${name}.`)),
  )
  return problems.length === 0 ? undefined : problems.map(({ message }) => sentence(message)).join(' ')
}

/** Puts the cursor where something has to be corrected first. */
export function useFirstBadField(form: RefObject<HTMLElement | null>, fields: FieldProblems): void {
  useEffect(() => {
    if (fields.length > 0) form.current?.querySelector<HTMLElement>('.bad :is(input, select, textarea)')?.focus()
  }, [form, fields])
}

/** A reason of the service as a sentence: "must lie between 0 and 100 %" has neither a capital nor an end. */
function sentence(message: string): string {
  const words = message.startsWith('Invalid input: expected number') ? 'give a number' : message
  const text = words.replaceAll(/\bstartsAt\b/g, 'the beginning')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`
}
