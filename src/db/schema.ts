import type { AnnulmentsTables } from './tables/annulments.ts'
import type { ApiKeysTables } from './tables/api-keys.ts'
import type { AuditTables } from './tables/audit.ts'
import type { CertificatesTables } from './tables/certificates.ts'
import type { CustomersTables } from './tables/customers.ts'
import type { DeliveriesTables } from './tables/deliveries.ts'
import type { FiguresTables } from './tables/figures.ts'
import type { IdentityTables } from './tables/identity.ts'
import type { IntakeTables } from './tables/intake.ts'
import type { IssuingTables } from './tables/issuing.ts'
import type { OutboxTables } from './tables/outbox.ts'
import type { ParametersTables } from './tables/parameters.ts'
import type { BatchQueriesTables } from './tables/practice/batch-queries.ts'
import type { PracticeTables } from './tables/practice/practice.ts'
import type { ReceiptsTables } from './tables/receipts.ts'
import type { WorkTables } from './tables/work.ts'

/**
 * Every table, as migrations/ made it; tests/db/schema.test.ts holds the two against each other.
 * Times are UTC text with milliseconds, days are Guayaquil's `YYYY-MM-DD`, money is whole cents,
 * truths are 0 or 1.
 */
export interface Schema
  extends IdentityTables,
    AnnulmentsTables,
    BatchQueriesTables,
    CertificatesTables,
    ApiKeysTables,
    CustomersTables,
    AuditTables,
    FiguresTables,
    OutboxTables,
    ReceiptsTables,
    IntakeTables,
    IssuingTables,
    DeliveriesTables,
    ParametersTables,
    PracticeTables,
    WorkTables {}
