import type { Escalation, EscalationChange, OrganisationView } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { escalationQuery, putEscalation } from '../api/escalation.ts'
import { Field } from '../forms/form.tsx'
import { FormDialog } from '../forms/form-dialog.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'

const mostSteps = 20
const usualStepMinutes = 30

interface EscalationDialogProps {
  organisation: OrganisationView
  onClose: () => void
}

/** Who is told next while nobody acknowledges a major or critical alert. */
export function EscalationDialog({ organisation, onClose }: EscalationDialogProps) {
  const { data, error, refetch } = useQuery(escalationQuery(organisation.id))
  if (data !== undefined) return <EscalationForm {...{ organisation, onClose }} escalation={data} />
  return (
    <Dialog title={titleOf(organisation)} onClose={onClose}>
      <Loaded data={data} error={error} what="the escalation" onRetry={() => void refetch()}>
        {() => null}
      </Loaded>
    </Dialog>
  )
}

const titleOf = ({ name }: OrganisationView) => `Escalation of ${name}`

interface Step {
  /** Tells the rows of the form apart. */
  key: number
  userId: number | undefined
  minutes: number
}

function EscalationForm({ organisation, onClose, escalation }: EscalationDialogProps & { escalation: Escalation }) {
  const queryClient = useQueryClient()
  const [steps, setSteps] = useState<Step[]>(() =>
    escalation.steps.map(({ person, afterMinutes }, key) => ({ key, userId: person?.id, minutes: afterMinutes })),
  )
  const change = (key: number, changed: Partial<Step>) =>
    setSteps((known) => known.map((step) => (step.key === key ? { ...step, ...changed } : step)))
  const add = () =>
    setSteps((known) => {
      const last = known.at(-1)
      const minutes = (last?.minutes ?? 0) + usualStepMinutes
      return [...known, { key: (last?.key ?? -1) + 1, userId: escalation.possible[0]?.id, minutes }]
    })
  return (
    <FormDialog
      title={titleOf(organisation)}
      action="Save escalation"
      onClose={onClose}
      onSubmit={async () => {
        queryClient.setQueryData(
          escalationQuery(organisation.id).queryKey,
          await putEscalation(organisation.id, changeOf(steps)),
        )
      }}
    >
      <p className="t2">
        Told one after the other while nobody acknowledges a major or critical alert.{' '}
        {steps.length === 0 && 'Nobody is on the list: it is as the organisation above has it.'}
      </p>
      {steps.map(({ key, userId, minutes }, index) => (
        <fieldset key={key} className="row wrap">
          <legend className="vh">Step {index + 1}</legend>
          <Field label="Tell" name={`steps.${index}.userId`}>
            <select
              required
              value={userId ?? ''}
              onChange={(event) => change(key, { userId: Number(event.currentTarget.value) })}
            >
              {userId === undefined && <option value="">Somebody you do not see</option>}
              {escalation.possible.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          <Field label="After minutes" name={`steps.${index}.afterMinutes`}>
            <input
              type="number"
              required
              min={(steps[index - 1]?.minutes ?? 0) + 1}
              max={10_080}
              value={minutes}
              onChange={(event) => change(key, { minutes: event.currentTarget.valueAsNumber })}
            />
          </Field>
          <button
            type="button"
            className="btn sm icon"
            aria-label={`Take step ${index + 1} away`}
            onClick={() => setSteps((known) => known.filter((step) => step.key !== key))}
          >
            <Icon name="x" />
          </button>
        </fieldset>
      ))}
      {steps.length < mostSteps && (
        <button type="button" className="btn sm" onClick={add}>
          <Icon name="plus" />
          Add step
        </button>
      )}
    </FormDialog>
  )
}

function changeOf(steps: readonly Step[]): EscalationChange {
  return { steps: steps.map(({ userId, minutes }) => ({ userId: userId ?? 0, afterMinutes: minutes })) }
}
