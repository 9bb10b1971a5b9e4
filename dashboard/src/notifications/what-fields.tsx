import type { NotificationPreferences, OrganisationView, SiteView } from '@stellacontrol/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { choicesAtOnce } from '../administration/organisation-field.tsx'
import { ruleNamesQuery } from '../api/notifications.ts'
import { readPage } from '../api/pages.ts'
import { Field } from '../forms/form.tsx'
import { alertClassNames, alertClassWords } from '../words/alert-words.ts'
import type { ChoiceNames } from './choice-words.ts'
import { Chosen } from './chosen.tsx'
import { SeveritySelect } from './severity-select.tsx'

export interface PreferenceFieldsProps {
  draft: NotificationPreferences
  onChange: (change: Partial<NotificationPreferences>) => void
}

/** Of what somebody is told: how bad it must be, about what, and where. */
export function WhatFields({ draft, onChange, names }: PreferenceFieldsProps & { names: ChoiceNames }) {
  const queryClient = useQueryClient()
  const { classes, rules, organisations, sites } = draft
  return (
    <>
      <Field label="How bad it must be" name="leastSeverity">
        <SeveritySelect
          name="leastSeverity"
          value={draft.leastSeverity}
          onChange={(leastSeverity) => onChange({ leastSeverity })}
        />
      </Field>
      <fieldset className="ticks">
        <legend>About what</legend>
        <div className="row wrap">
          {alertClassNames.map((one) => (
            <label key={one} className="tick">
              <input
                type="checkbox"
                className="cb"
                checked={classes.includes(one)}
                onChange={({ target }) =>
                  onChange({ classes: target.checked ? [...classes, one] : classes.filter((other) => other !== one) })
                }
              />
              {alertClassWords[one]}
            </label>
          ))}
        </div>
        <small className="t3">None of these, and no rule below, is everything</small>
      </fieldset>
      <Chosen<string>
        label="Rules beside them"
        name="rules"
        none="Add a rule"
        ids={rules}
        nameOf={(id) => names.rules.get(id) ?? id}
        onChange={(ids) => onChange({ rules: ids })}
        source={['alert-rules']}
        search={async (text) => {
          const words = text.toLowerCase().split(/\s+/)
          const found = (await queryClient.ensureQueryData(ruleNamesQuery)).filter(
            ({ id, name }) =>
              !rules.includes(id) && words.every((word) => `${name} ${id}`.toLowerCase().includes(word)),
          )
          const choices = found.map(({ id, name, class: ofClass }) => ({ id, name, hint: alertClassWords[ofClass] }))
          return { choices: choices.slice(0, choicesAtOnce), total: choices.length }
        }}
      />
      <div className="two">
        <Chosen<number>
          label="Organisations, with all below them"
          name="organisations"
          none="Everywhere"
          ids={organisations}
          nameOf={(id) => names.organisations.get(id) ?? `Organisation ${id}`}
          onChange={(ids) => onChange({ organisations: ids })}
          source={['organisations', 'to-tell']}
          search={async (search, signal) => {
            const page = await readPage<OrganisationView>('organisations', { search, limit: choicesAtOnce }, signal)
            return { choices: page.items.map(({ id, name }) => ({ id, name })), total: page.total }
          }}
        />
        <Chosen<number>
          label="Sites beside them"
          name="sites"
          none="Add a site"
          ids={sites}
          nameOf={(id) => names.sites.get(id) ?? `Site ${id}`}
          onChange={(ids) => onChange({ sites: ids })}
          source={['sites', 'to-tell']}
          search={async (search, signal) => {
            const page = await readPage<SiteView>('sites', { search, limit: choicesAtOnce }, signal)
            const choices = page.items.map(({ id, name, organisation }) => ({ id, name, hint: organisation.name }))
            return { choices, total: page.total }
          }}
        />
      </div>
    </>
  )
}
