export { rightsChanged, rightsVersion } from '@stellacontrol/redis'
