import type { ReactNode } from 'react'
import { Logo } from '../shell/logo.tsx'
import { SectionDrawing } from '../sign-in/section-drawing.tsx'

/** The frame of the pages that links in e-mails lead to; it looks like the sign-in. */
export function LinkFrame({ children }: { children: ReactNode }) {
  return (
    <div className="auth">
      <main id="main" className="auth-l">
        <header className="row">
          <span className="lg-m">
            <Logo />
          </span>
          <b className="brand">StellaControl</b>
        </header>
        {children}
      </main>
      <aside className="auth-r" aria-label="What StellaControl does">
        <SectionDrawing />
        <p>
          <b>From the mast to the ceiling, one view.</b>
          <br />
          Every booster, every band, as it is this second.
        </p>
      </aside>
    </div>
  )
}
