import type { RuleList } from '@stellacontrol/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { OrganisationField } from '../administration/organisation-field.tsx'
import { addRule } from '../api/alert-rules.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { BacktestCard } from './backtest-card.tsx'
import { LeavingDialog } from './leaving-dialog.tsx'
import { PreviewCard } from './preview-card.tsx'
import { firstDraft } from './rule-draft.ts'
import { RuleForm } from './rule-form.tsx'
import { withoutId } from './rule-pane.tsx'
import { useRuleCheck, useRuleEdit } from './use-rule-edit.ts'

/** A rule of an organisation's own, as it is written for the first time. */
export function NewRulePane({ list }: { list: RuleList }) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const { organisations, mayIn } = useOrganisationRights()
  const editable = (organisations ?? []).filter(({ id }) => mayIn('rules.edit', id))
  const [chosen, setChosen] = useState<number>()
  const organisation = chosen ?? (editable.length === 1 ? editable[0]?.id : undefined)
  const edit = useRuleEdit(firstDraft)
  const { rule, leaving } = edit
  const place = organisation === undefined ? {} : { organisation }
  const asked = { rule: withoutId(rule), place }
  const checked = useRuleCheck(asked)
  async function save(): Promise<void> {
    const { id } = await addRule(Number(organisation), withoutId(rule))
    edit.forget()
    await queryClient.invalidateQueries({ queryKey: ['alert-rules'] })
    await navigate({ to: '/alerts/rules', search: { rule: id } })
  }
  return (
    <div className="rule">
      <div className="main-part">
        <header className="rhead">
          <Link className="link to-list" to="/alerts/rules" search={{}}>
            <Icon name="back" />
            All rules
          </Link>
          <h2>New rule</h2>
          <p className="t3">It holds for the organisation and everything below it</p>
        </header>
        <RuleForm
          {...{ edit, checked }}
          inherited={rule}
          others={list.items.map(({ base }) => base)}
          save="Add rule"
          onSave={save}
          before={
            <OrganisationField
              permission="rules.edit"
              none="Whose rule it is"
              isRequired
              value={organisation}
              onChange={setChosen}
            />
          }
        />
      </div>
      <aside className="side-part" aria-label="About the rule">
        <PreviewCard
          {...{ checked, rule }}
          isEdited
          where={organisation === undefined ? 'all that you see' : 'of the organisation'}
        />
        <BacktestCard rule={asked} />
      </aside>
      {leaving.status === 'blocked' && <LeavingDialog onLeave={leaving.proceed} onStay={leaving.reset} />}
    </div>
  )
}
