// Runs before the first paint, as a file of its own because the content security policy forbids inline scripts:
// a stored choice of theme must not flash the other one first. src/shell/theme.ts writes what is read here.
try {
  const theme = localStorage.getItem('stellacontrol.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage can be forbidden; the system's setting then decides.
}
