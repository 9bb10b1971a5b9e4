import { Link } from '@tanstack/react-router'
import { Icon } from './icon.tsx'
import { Logo } from './logo.tsx'
import { switchTheme, useTheme } from './theme.ts'

/** The bar at the left; at the bottom on a phone. */
export function Rail({ onHelp, onSignOut }: { onHelp: () => void; onSignOut: () => void }) {
  const theme = useTheme()
  return (
    <nav className="rail" aria-label="Main">
      <Link className="logo" to="/" aria-label="StellaControl home">
        <Logo />
      </Link>
      <Link to="/" activeProps={{ 'aria-current': 'page' }} inactiveProps={{ 'aria-current': 'page' }}>
        <Icon name="fleet" />
        Fleet
      </Link>
      <button
        type="button"
        className="push"
        onClick={switchTheme}
        aria-label={`Switch to ${theme === 'dark' ? 'light' : 'dark'} theme`}
      >
        <Icon name="theme" />
        Theme
      </button>
      <button type="button" onClick={onHelp}>
        <Icon name="help" />
        Help
      </button>
      <button type="button" onClick={onSignOut}>
        <Icon name="out" />
        Sign out
      </button>
    </nav>
  )
}
