import { processFaults } from './catalogue.ts'
import { testFaults } from './test-faults.ts'

testFaults(processFaults)
