import type { SiteView } from '@stellacontrol/protocol'
import { choicesAtOnce } from '../administration/organisation-field.tsx'
import { readPage } from '../api/pages.ts'
import { type Choice, Combobox } from '../forms/combobox.tsx'

interface SiteFieldProps {
  label?: string
  /** Whose sites are offered. */
  organisation: number
  none: string
  isRequired?: boolean
  value: Choice | undefined
  onChange: (site: Choice | undefined) => void
}

/** A choice of a site of one organisation. */
export function SiteField({ label = 'Site', organisation, none, isRequired = false, value, onChange }: SiteFieldProps) {
  const parameters = { organisation, limit: choicesAtOnce }
  return (
    <Combobox
      {...{ label, none, isRequired, value, onChange }}
      source={['sites', parameters]}
      search={async (search, signal) => {
        const { items, total } = await readPage<SiteView>('sites', { ...parameters, search }, signal)
        return { choices: items.map(({ id, name, address }) => ({ id, name, hint: address ?? undefined })), total }
      }}
    />
  )
}
