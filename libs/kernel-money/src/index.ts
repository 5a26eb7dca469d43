export { minorUnits } from './currency.js';
export { moneyErrors } from './errors.js';
export {
  add,
  compare,
  fromProto,
  money,
  multiply,
  round,
  subtract,
  toProto,
  zero,
  type Money,
  type MoneyProto,
  type Rounding,
} from './money.js';
