export * from './alert.ts'
export * from './measures.ts'
export * from './rule.ts'
