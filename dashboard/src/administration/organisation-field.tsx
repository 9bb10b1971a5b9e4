import type { OrganisationView, Permission } from '@stellacontrol/protocol'
import { readPage } from '../api/pages.ts'
import { Combobox, type ComboboxProps } from '../forms/combobox.tsx'
import { useOrganisationRights } from '../rights/use-rights.ts'

/** So many are offered at once; whoever looks for another one types. */
export const choicesAtOnce = 30

interface OrganisationFieldProps extends Pick<ComboboxProps, 'hint' | 'isLabelHidden' | 'isRequired' | 'none'> {
  label?: string
  /** Offers only those where the reader may do this. */
  permission?: Permission
  /** Offers only those that can have others below them. */
  isParent?: boolean
  /** Those that are never offered. */
  without?: readonly number[]
  value: number | undefined
  onChange: (id: number | undefined) => void
}

/** A choice of an organisation. */
export function OrganisationField(props: OrganisationFieldProps) {
  const { label = 'Organisation', permission, isParent = false, without = [], value, onChange, ...others } = props
  const { organisations } = useOrganisationRights()
  const nameOf = (id: number | null | undefined) => organisations?.find((one) => one.id === id)?.name
  const parameters = { permission, isParent: isParent ? 'true' : undefined, limit: choicesAtOnce + without.length }
  return (
    <Combobox
      {...others}
      label={label}
      value={value === undefined ? undefined : { id: value, name: nameOf(value) ?? '' }}
      onChange={(choice) => onChange(choice?.id)}
      source={['organisations', parameters, without]}
      search={async (search, signal) => {
        const { items, total } = await readPage<OrganisationView>('organisations', { ...parameters, search }, signal)
        const offered = items.filter(({ id }) => !without.includes(id))
        return {
          choices: offered.map(({ id, name, parentId }) => ({ id, name, hint: nameOf(parentId) })),
          total: total - (items.length - offered.length),
        }
      }}
    />
  )
}

interface OrganisationFilterProps {
  organisations: readonly OrganisationView[] | undefined
  value: number | undefined
  onChange: (id: number | undefined) => void
}

/** Narrows a list to one organisation; not there for whoever sees only one. */
export function OrganisationFilter({ organisations, value, onChange }: OrganisationFilterProps) {
  if (organisations === undefined || organisations.length < 2) return null
  return (
    <span className="pick">
      <OrganisationField isLabelHidden none="All organisations" value={value} onChange={onChange} />
    </span>
  )
}
