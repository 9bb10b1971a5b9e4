import { useState } from 'react'
import { modelNames } from '../device-models.ts'
import { Field } from '../forms/form.tsx'
import { FormDialog } from '../forms/form-dialog.tsx'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { type ChosenPlace, PlaceFields } from './place-fields.tsx'
import type { RuleScope } from './rules-search.ts'

interface ScopeDialogProps {
  title: string
  action: string
  onChoose: (scope: RuleScope) => void
  onClose: () => void
}

/** Asks for the place whose rules are looked at or changed. */
export function ScopeDialog({ title, action, onChoose, onClose }: ScopeDialogProps) {
  const { organisations } = useOrganisationRights()
  const [ofModel, setOfModel] = useState(false)
  const [model, setModel] = useState(modelNames[0] ?? '')
  const [chosen, setPlace] = useState<ChosenPlace>()
  const only = organisations?.length === 1 ? organisations[0]?.id : undefined
  const place = chosen ?? { kind: 'organisation', organisation: only, site: undefined, device: undefined }
  const scope = ofModel ? ({ kind: 'model', id: model } as const) : scopeOfPlace(place)
  return (
    <FormDialog
      title={title}
      action={action}
      isDisabled={scope === undefined}
      onClose={onClose}
      onSubmit={async () => scope !== undefined && onChoose(scope)}
    >
      <fieldset className="seg self-start">
        <legend className="vh">By place or by model</legend>
        {(['Place', 'Model'] as const).map((word) => (
          <button
            key={word}
            type="button"
            aria-pressed={ofModel === (word === 'Model')}
            className={ofModel === (word === 'Model') ? 'on' : ''}
            onClick={() => setOfModel(word === 'Model')}
          >
            {word}
          </button>
        ))}
      </fieldset>
      {ofModel ? (
        <Field label="Model" hint="What is nearer to a booster wins: its organisation, its site, the booster itself">
          <select value={model} onChange={(event) => setModel(event.target.value)}>
            {modelNames.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Field>
      ) : (
        <PlaceFields place={place} needsOwner={false} onChange={setPlace} />
      )}
    </FormDialog>
  )
}

function scopeOfPlace({ kind, organisation, site, device }: ChosenPlace): RuleScope | undefined {
  const id = { organisation, site: site?.id, device: device?.id }[kind]
  return id === undefined ? undefined : { kind, id: String(id) }
}
