import { Actions } from '../forms/form.tsx'
import { Dialog } from '../shell/dialog.tsx'

interface LeavingDialogProps {
  onLeave: () => void
  onStay: () => void
}

/** Asks before what was typed is lost. */
export function LeavingDialog({ onLeave, onStay }: LeavingDialogProps) {
  return (
    <Dialog title="Leave without saving?" onClose={onStay}>
      <div className="form">
        <p className="t2">The rule was changed here and is not saved.</p>
        <Actions>
          <button type="button" className="btn danger" onClick={onLeave}>
            Leave without saving
          </button>
          <button type="button" className="btn pri" onClick={onStay}>
            Go on editing
          </button>
        </Actions>
      </div>
    </Dialog>
  )
}
