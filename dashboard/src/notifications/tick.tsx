interface TickProps {
  label: string
  isOn: boolean
  onChange: (isOn: boolean) => void
}

/** Something that is on or off. */
export function Tick({ label, isOn, onChange }: TickProps) {
  return (
    <label className="tick">
      <input type="checkbox" className="cb" checked={isOn} onChange={({ target }) => onChange(target.checked)} />
      <span>{label}</span>
    </label>
  )
}
