import { useState } from 'react'
import { Icon } from '../shell/icon.tsx'

/** A password that is chosen now: long rather than twisted, and readable while it is typed. */
export function NewPasswordField({ label = 'New password' }: { label?: string }) {
  const [isShown, setShown] = useState(false)
  return (
    <div className="field">
      <label htmlFor="new-password">{label}</label>
      <span className="pw">
        <input
          id="new-password"
          name="password"
          type={isShown ? 'text' : 'password'}
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={256}
          aria-describedby="new-password-hint"
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
      <small id="new-password-hint">12 characters or more; four words in a row are fine</small>
    </div>
  )
}
