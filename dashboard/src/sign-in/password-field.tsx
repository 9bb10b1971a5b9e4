import { useState } from 'react'
import { Icon } from '../shell/icon.tsx'

/** The password, which can be shown while it is typed. */
export function PasswordField({ isWrong }: { isWrong: boolean }) {
  const [isShown, setShown] = useState(false)
  return (
    <div className={isWrong ? 'field bad' : 'field'}>
      <label htmlFor="password">Password</label>
      <span className="pw">
        <input
          id="password"
          type={isShown ? 'text' : 'password'}
          name="password"
          autoComplete="current-password"
          required
          maxLength={1024}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? 'problem' : undefined}
        />
        <button
          type="button"
          className="btn ghost icon sm"
          aria-label={isShown ? 'Hide password' : 'Show password'}
          aria-pressed={isShown}
          onClick={() => setShown((shown) => !shown)}
        >
          <Icon name="eye" />
        </button>
      </span>
    </div>
  )
}
