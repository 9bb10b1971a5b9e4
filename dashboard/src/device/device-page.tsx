export function DevicePage() {
  return <main id="main">…</main>
}
