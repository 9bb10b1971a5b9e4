/** The code of the second factor, or a recovery code. */
export function CodeField({ isWrong }: { isWrong: boolean }) {
  return (
    <div className={isWrong ? 'field bad' : 'field'}>
      <label htmlFor="code">Code from your authenticator app</label>
      <input
        id="code"
        name="code"
        // biome-ignore lint/a11y/noAutofocus: the step has this one field, and people come here with the code at hand
        autoFocus
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={20}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? 'problem code-hint' : 'code-hint'}
      />
      <span id="code-hint" className="t3">
        Lost your phone? A recovery code works too.
      </span>
    </div>
  )
}
