import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import { useSettled } from '../shell/paged-list.tsx'
import { formatNumber } from '../words/numbers.ts'
import { placeBelow } from './place-below.ts'

/** Something to choose; `hint` tells it from others of the same name. */
export interface Choice<Id extends number | string = number> {
  id: Id
  name: string
  hint?: string | undefined
}

export interface ComboboxProps<Id extends number | string = number> {
  label: string
  isLabelHidden?: boolean
  hint?: string
  value: Choice<Id> | undefined
  onChange: (choice: Choice<Id> | undefined) => void
  /** The words of "none chosen". */
  none: string
  isRequired?: boolean
  /** What is searched, as a key: another one is another list. */
  source: readonly unknown[]
  search: (text: string, signal: AbortSignal) => Promise<{ choices: Choice<Id>[]; total: number }>
}

/**
 * A choice among more than fit into a list: type to search on the server, arrows, Enter, Escape (the pattern "combobox with list
 * autocomplete" of the ARIA Authoring Practices). An empty field chooses nothing; leaving it half typed keeps what was chosen.
 */
export function Combobox<Id extends number | string = number>(props: ComboboxProps<Id>) {
  const { label, isLabelHidden = false, hint, value, onChange, none, isRequired = false } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  /** What is being typed; undefined = the field shows what is chosen. */
  const [typed, setTyped] = useState<string>()
  const [isOpen, setOpen] = useState(false)
  const [position, setPosition] = useState(-1)
  const { choices, more, isLoading, error } = useChoices(props, typed ?? '', isOpen)
  const active = choices?.[Math.min(position, choices.length - 1)]

  useEffect(() => {
    if (!isOpen || input.current === null || list.current === null) return
    return placeBelow(input.current, list.current)
  }, [isOpen])
  useEffect(() => {
    // What is chosen is marked, so that typing on replaces it.
    if (typed === undefined && document.activeElement === input.current) input.current?.select()
  }, [typed])
  useEffect(() => {
    if (active !== undefined) document.getElementById(`${id}-${active.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [active, id])

  function close(): void {
    setOpen(false)
    setTyped(undefined)
    setPosition(-1)
  }
  function choose(choice: Choice<Id> | undefined): void {
    onChange(choice)
    close()
  }
  function onType(text: string): void {
    setTyped(text)
    setOpen(true)
    // Enter takes the first that is found; of the whole list only what was walked to.
    setPosition(text === '' ? -1 : 0)
    if (text === '') onChange(undefined)
  }
  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      const last = (choices?.length ?? 0) - 1
      if (!isOpen) setOpen(true)
      else setPosition(Math.min(Math.max(position + step, 0), last))
    } else if (event.key === 'Enter' && isOpen) {
      // A list that is not there yet would choose something else than is meant.
      if (active !== undefined && !isLoading) choose(active)
    } else if (event.key === 'Escape' && isOpen) close()
    else return
    event.preventDefault()
  }
  return (
    <div className={isLabelHidden ? 'combo' : 'combo field'}>
      <label htmlFor={id} className={isLabelHidden ? 'vh' : ''}>
        {label}
      </label>
      <input
        id={id}
        ref={input}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && active !== undefined ? `${id}-${active.id}` : undefined}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={100}
        required={isRequired}
        placeholder={none}
        value={typed ?? value?.name ?? ''}
        onChange={(event) => onType(event.target.value)}
        onFocus={(event) => event.target.select()}
        onClick={() => setOpen(true)}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <Icon name="down" />
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
      <div ref={list} popover="manual" className="combo-list" aria-busy={isLoading}>
        <div id={`${id}-list`} role="listbox" aria-label={label}>
          {choices?.map((choice) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field, which keeps the focus
            <div
              key={choice.id}
              id={`${id}-${choice.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={choice.id === active?.id}
              className={choice.id === value?.id ? 'chosen' : ''}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(choice)}
            >
              {choice.name}
              {choice.hint !== undefined && <small>{choice.hint}</small>}
            </div>
          ))}
        </div>
        <p className="t3" role="status">
          {isOpen && wordsOf({ isLoading, isFailed: error !== null, found: choices?.length ?? 0, more })}
        </p>
      </div>
    </div>
  )
}

function useChoices<Id extends number | string>({ source, search }: ComboboxProps<Id>, typed: string, isOpen: boolean) {
  const text = useSettled(typed.trim())
  const { data, error, isFetching } = useQuery({
    queryKey: [...source, 'choices', text],
    queryFn: ({ signal }) => search(text, signal),
    enabled: isOpen,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
  const choices = data?.choices
  const isLoading = isOpen && error === null && (isFetching || text !== typed.trim())
  return { choices, more: (data?.total ?? 0) - (choices?.length ?? 0), isLoading, error }
}

function wordsOf(state: { isLoading: boolean; isFailed: boolean; found: number; more: number }): string {
  if (state.isLoading) return 'Searching …'
  if (state.isFailed) return 'Could not be searched just now. Type again in a moment.'
  if (state.found === 0) return 'Nothing matches'
  return state.more > 0 ? `${formatNumber(state.more)} more: type to find them` : ''
}
