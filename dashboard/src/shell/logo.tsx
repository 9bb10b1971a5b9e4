export function Logo() {
  return (
    <svg viewBox="0 0 28 28" aria-hidden="true">
      <path
        d="M14 2.5c.9 6.6 4.9 10.6 11.5 11.5C18.9 14.9 14.9 18.9 14 25.5 13.1 18.9 9.1 14.9 2.5 14 9.1 13.1 13.1 9.1 14 2.5z"
        fill="var(--text)"
      />
      <path
        d="M20 4.2a10.5 10.5 0 0 1 3.8 3.8M4.2 20a10.5 10.5 0 0 0 3.8 3.8"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  )
}
