import { useState } from 'react'
import { Dialog } from './dialog.tsx'
import { Icon } from './icon.tsx'
import { setSingleKeys, singleKeysAreOn } from './shortcuts.ts'

const shortcuts: { does: string; keys: string[] }[] = [
  { does: 'Search boosters', keys: ['Ctrl K', '/'] },
  { does: 'Next, previous booster, alert or rule', keys: ['J', 'K'] },
  { does: 'Open it', keys: ['↵'] },
  { does: 'Back to the list', keys: ['Esc'] },
  { does: 'Select the alert', keys: ['X'] },
  { does: 'Acknowledge, shelve alerts', keys: ['A', 'S'] },
  { does: 'Assign, comment on alerts', keys: ['I', 'C'] },
  { does: 'Shorter, longer time range', keys: ['[', ']'] },
  { does: 'Go to the fleet', keys: ['G F'] },
  { does: 'Go to the alerts', keys: ['G I'] },
  { does: 'Go and claim a booster', keys: ['G C'] },
  { does: 'Go to administration', keys: ['G M'] },
  { does: 'Go to your account', keys: ['G A'] },
  { does: 'This sheet', keys: ['?'] },
]
const shapes = [
  { icon: 's1', kind: 'sv', word: 'Critical, act now' },
  { icon: 's2', kind: 'sv', word: 'Major, act today' },
  { icon: 's3', kind: 'sv', word: 'Minor, look into it' },
  { icon: 's4', kind: 'sv', word: 'Warning, know it' },
  { icon: 'on', kind: 'st', word: 'Online' },
  { icon: 'lv', kind: 'st', word: 'Live, a report every few seconds' },
  { icon: 'sl', kind: 'st', word: 'Stale, 2.5 intervals silent' },
  { icon: 'of', kind: 'st', word: 'Offline, silent for over an hour' },
  { icon: 'mt', kind: 'st', word: 'Never seen' },
] as const

/** Keys and shapes on one sheet. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const [areOn, setOn] = useState(singleKeysAreOn)
  return (
    <Dialog title="Keyboard and shapes" onClose={onClose}>
      <dl className="kv">
        {shortcuts.map(({ does, keys }) => (
          <div key={does} className="pair">
            <dt>{does}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="row option">
        <input
          className="cb"
          type="checkbox"
          checked={areOn}
          onChange={(event) => {
            setSingleKeys(event.target.checked)
            setOn(event.target.checked)
          }}
        />
        Single keys work anywhere outside of a field
      </label>
      <ul className="legend">
        {shapes.map(({ icon, kind, word }) => (
          <li key={icon} className="row t2">
            <Icon name={icon} kind={kind} />
            {word}
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
