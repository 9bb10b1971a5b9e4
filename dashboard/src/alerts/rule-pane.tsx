import type { AlertRule, RuleCheck, RuleList, RuleView } from '@stellacontrol/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { putOverride, removeOverride, removeRule, replaceRule } from '../api/alert-rules.ts'
import { FormDialog } from '../forms/form-dialog.tsx'
import { useOrganisationRights, useRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { count } from '../words/numbers.ts'
import { BacktestCard } from './backtest-card.tsx'
import { backtestRequestOf } from './backtest-request.ts'
import { LeavingDialog } from './leaving-dialog.tsx'
import { OverridesCard } from './overrides-card.tsx'
import { PreviewCard } from './preview-card.tsx'
import { RuleAbout } from './rule-about.tsx'
import { changeableFields, changesToKeep, inheritedRule, overrideAt } from './rule-changes.ts'
import { RuleForm } from './rule-form.tsx'
import { RuleHead } from './rule-head.tsx'
import { RuleSentences } from './rule-sentences.tsx'
import { placeOf, type RuleScope, searchOf } from './rules-search.ts'
import { ScopeDialog } from './scope-dialog.tsx'
import { useRuleCheck, useRuleEdit } from './use-rule-edit.ts'
import { useScopePlace } from './use-scope-place.ts'

interface RulePaneProps {
  view: RuleView
  list: RuleList
  scope: RuleScope | undefined
}

/** One rule as it holds at a place: to read, or to change where the reader may. */
export function RulePane({ view, list, scope }: RulePaneProps) {
  const navigate = useNavigate()
  const place = useScopePlace(scope)
  const { mayAnywhere } = useRights()
  const { organisations, mayIn } = useOrganisationRights()
  const [opened, setOpened] = useState<'place' | 'override' | 'reset' | 'delete'>()
  const { base, owner } = view
  const start = ruleAt(view, scope)
  const edit = useRuleEdit(start)
  const { rule, isDirty, leaving } = edit
  const isWhole = scope === undefined && view.isOwn
  const mayEdit = scope === undefined ? owner !== null && mayIn('rules.edit', owner.id) : (place?.mayEdit ?? false)
  const inherited = inheritedRule(view, scope, organisations ?? [])
  const asked = checkOf(rule, isWhole ? owner?.id : undefined, scope)
  const checked = useRuleCheck(asked)
  const kept = overrideAt(view, scope)
  const save = useSave()
  const nameOf = (id: string) => list.items.find((one) => one.base.id === id)?.base.name ?? id

  async function keep(): Promise<void> {
    if (scope === undefined) await save(() => replaceRule(base.id, withoutId(rule)))
    else {
      const changes = changesToKeep(kept?.changes ?? {}, start, rule, inherited)
      const isNothing = Object.keys(changes).length === 0
      await save(() =>
        isNothing ? removeOverride(base.id, scope.kind, scope.id) : putOverride(base.id, scope.kind, scope.id, changes),
      )
    }
    edit.forget()
  }
  const close = () => setOpened(undefined)
  return (
    <div className="rule">
      <div className="main-part">
        <RuleHead
          {...{ view, list, scope }}
          isEnabled={start.enabled}
          placeName={place?.name}
          onChoosePlace={() => setOpened('place')}
        />
        {mayEdit ? (
          <RuleForm
            {...{ edit, inherited, checked }}
            others={isWhole ? list.items.map((one) => one.base) : undefined}
            save={scope === undefined ? 'Save rule' : `Save for ${place?.name}`}
            onSave={keep}
            actions={
              isWhole ? (
                <button type="button" className="btn" onClick={() => setOpened('delete')}>
                  Delete rule…
                </button>
              ) : (
                kept !== undefined && (
                  <button type="button" className="btn" onClick={() => setOpened('reset')}>
                    Reset…
                  </button>
                )
              )
            }
          />
        ) : (
          <RuleSentences rule={rule} nameOf={nameOf} />
        )}
        {!mayEdit && scope === undefined && mayAnywhere('rules.edit') && (
          <p className="note">
            <Icon name="info" />
            It stays as it is written here. Override it for an organisation, a site or a booster to change what holds
            there.
          </p>
        )}
      </div>
      <aside className="side-part" aria-label="About the rule">
        <PreviewCard {...{ checked, rule }} isEdited={isDirty} where={whereWords(scope, place?.name)} />
        <BacktestCard rule={backtestRequestOf(asked, rule, scope)} />
        <OverridesCard
          {...{ view, scope }}
          onAdd={mayAnywhere('rules.edit') ? () => setOpened('override') : undefined}
        />
        <RuleAbout view={view} />
      </aside>
      {(opened === 'place' || opened === 'override') && (
        <ScopeDialog
          title={opened === 'place' ? 'Show the rules of a place' : `Override ${base.name}`}
          action={opened === 'place' ? 'Show' : 'Go on'}
          onChoose={(next) => void navigate({ to: '/alerts/rules', search: searchOf(base.id, next) })}
          onClose={close}
        />
      )}
      {opened === 'reset' && scope !== undefined && (
        <FormDialog
          title={`Reset ${base.name}`}
          action="Remove override"
          isDanger
          onClose={close}
          onSubmit={async () => {
            await save(() => removeOverride(base.id, scope.kind, scope.id))
            edit.forget()
          }}
        >
          <p className="t2">What was changed for {place?.name} goes; what holds around it holds there again.</p>
        </FormDialog>
      )}
      {opened === 'delete' && (
        <FormDialog
          title={`Delete ${base.name}`}
          action="Delete rule"
          isDanger
          onClose={close}
          onSubmit={async () => {
            edit.forget()
            await removeRule(base.id)
            await navigate({ to: '/alerts/rules', search: {} })
            await save(async () => undefined)
          }}
        >
          <p className="t2">
            Nobody is told of it any more; what it raised so far stays in the inbox.
            {view.overrides.length > 0 && ` Its ${count(view.overrides.length, 'override')} go with it.`}
          </p>
        </FormDialog>
      )}
      {leaving.status === 'blocked' && <LeavingDialog onLeave={leaving.proceed} onStay={leaving.reset} />}
    </div>
  )
}

/** The rule as it holds at a place. The API knows no place that is a model. */
function ruleAt(view: RuleView, scope: RuleScope | undefined): AlertRule {
  if (scope?.kind !== 'model') return view.rule
  return { ...view.base, ...overrideAt(view, scope)?.changes } as AlertRule
}

export function withoutId({ id: _, ...rule }: AlertRule): Omit<AlertRule, 'id'> {
  return rule
}

/** What the service shall look at: a whole rule of an organisation's own, or changes of one at a place. */
export function checkOf(rule: AlertRule, ownerId: number | undefined, scope: RuleScope | undefined): RuleCheck {
  if (ownerId !== undefined) return { rule: withoutId(rule), place: { organisation: ownerId } }
  const changes = Object.fromEntries(changeableFields.map((field) => [field, rule[field]]))
  return { id: rule.id, changes, place: placeOf(scope) }
}

function whereWords(scope: RuleScope | undefined, name: string | undefined): string {
  if (scope === undefined) return 'all that you see'
  if (scope.kind === 'model') return 'all models'
  return `${scope.kind === 'site' ? 'at' : 'of'} ${name}`
}

/** Does it, and waits until the page shows what the service made of it. */
function useSave() {
  const queryClient = useQueryClient()
  return async (action: () => Promise<unknown>) => {
    await action()
    await queryClient.invalidateQueries({ queryKey: ['alert-rules'] })
  }
}
