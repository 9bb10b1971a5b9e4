export * from './stack/people.ts'
export * from './stack/service-process.ts'
export * from './stack/stack.ts'
