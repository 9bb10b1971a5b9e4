import { useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import { Field } from './form.tsx'

interface PositionFieldsProps {
  latitude: number | null | undefined
  longitude: number | null | undefined
}

/** Decimals of a degree that are worth keeping: 5 are a metre. */
const decimals = 5

/** Latitude and longitude, typed or taken from the device in the reader's hand (browsers tell it over HTTPS only). */
export function PositionFields({ latitude, longitude }: PositionFieldsProps) {
  const [position, setPosition] = useState({ latitude: textOf(latitude), longitude: textOf(longitude) })
  const [problem, setProblem] = useState<string>()
  function takeOwn(): void {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        setPosition({ latitude: coords.latitude.toFixed(decimals), longitude: coords.longitude.toFixed(decimals) }),
      () => setProblem('The browser does not tell where you are. Type the position instead.'),
      { enableHighAccuracy: true, timeout: 10_000 },
    )
  }
  const field = (name: 'latitude' | 'longitude', label: string, limit: number) => (
    <Field label={label}>
      <input
        name={name}
        type="number"
        step="any"
        min={-limit}
        max={limit}
        value={position[name]}
        onChange={(event) => setPosition({ ...position, [name]: event.target.value })}
      />
    </Field>
  )
  return (
    <>
      <div className="two">
        {field('latitude', 'Latitude', 90)}
        {field('longitude', 'Longitude', 180)}
      </div>
      {window.isSecureContext && 'geolocation' in navigator && (
        <button type="button" className="btn sm self-start" onClick={takeOwn}>
          <Icon name="pin" />
          Use where I am
        </button>
      )}
      {problem !== undefined && (
        <p className="t2" role="status">
          {problem}
        </p>
      )}
    </>
  )
}

function textOf(degrees: number | null | undefined): string {
  return degrees === null || degrees === undefined ? '' : String(degrees)
}
