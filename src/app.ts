import path from 'node:path'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import fastify from 'fastify'
import { approvalRoutes } from './backoffice/approvals/approval-routes.ts'
import { roleRoutes } from './backoffice/approvals/role-routes.ts'
import { auditRoutes } from './backoffice/audit/audit-routes.ts'
import { customerRoutes } from './backoffice/customers/customer-routes.ts'
import { customerLoadRoutes } from './backoffice/customers/load/load-routes.ts'
import { mergeRoutes } from './backoffice/customers/merge/merge-routes.ts'
import { viewRoutes } from './backoffice/customers/view-routes.ts'
import { healthRoutes } from './backoffice/health/health-routes.ts'
import { adoptionRoutes } from './backoffice/issuances/adoption/adoption-routes.ts'
import { correctionRoutes } from './backoffice/issuances/correction-routes.ts'
import { issuanceRoutes } from './backoffice/issuances/issuance-routes.ts'
import { outageRoutes } from './backoffice/issuances/outages/outage-routes.ts'
import { resumeRoutes } from './backoffice/issuances/resume-routes.ts'
import { issuerRoutes } from './backoffice/issuer/issuer-routes.ts'
import { placeRoutes } from './backoffice/issuer/place-routes.ts'
import { pointRoutes } from './backoffice/issuer/point-routes.ts'
import { mailRoutes } from './backoffice/mails/mail-routes.ts'
import { panelRoutes } from './backoffice/panel/panel-routes.ts'
import { parameterRoutes } from './backoffice/parameters/parameter-routes.ts'
import { previewRoutes } from './backoffice/parameters/preview-routes.ts'
import { annulmentRoutes } from './backoffice/receipts/annulment-routes.ts'
import { creditNoteRoutes } from './backoffice/receipts/credit-note-routes.ts'
import { receiptRoutes } from './backoffice/receipts/receipt-routes.ts'
import type { Context } from './context.ts'
import { databaseCheck, writeCheck } from './db/readiness.ts'
import type { House } from './house.ts'
import { requireApiKey } from './identity/api-keys/api-key-guard.ts'
import { apiKeyProgramRoutes } from './identity/api-keys/program-routes.ts'
import { apiKeyRoutes } from './identity/api-keys/staff-routes.ts'
import { firstLoginRoutes } from './identity/first-login/first-login-routes.ts'
import { profileChangeRoutes } from './identity/profile/change-routes.ts'
import { profileRoutes } from './identity/profile/profile-routes.ts'
import { recoveryRoutes } from './identity/recovery/recovery-routes.ts'
import { sectionsOf } from './identity/sections.ts'
import { afterBody, installIdentity, whoIs } from './identity/session-guard.ts'
import { signInRoutes } from './identity/sign-in/sign-in-routes.ts'
import { factorRoutes } from './identity/staff/factor/factor-routes.ts'
import { peopleRoutes } from './identity/staff/people/people-routes.ts'
import { ownFactorRoutes } from './identity/staff/profile/own-factor-routes.ts'
import { passkeyRoutes } from './identity/staff/profile/passkey-routes.ts'
import { staffProfileRoutes } from './identity/staff/profile/staff-profile-routes.ts'
import { staffSignInRoutes } from './identity/staff/sign-in/staff-sign-in-routes.ts'
import { requireStaff } from './identity/staff/staff-guard.ts'
import { requireOwner, requireReader } from './identity/staff/viewing/view-guard.ts'
import { emissionRoutes } from './intake/emissions/program-routes.ts'
import { journeyRoutes } from './intake/lots/journey/journey-routes.ts'
import { lotActionRoutes } from './intake/lots/staff/lot-action-routes.ts'
import { lotRoutes } from './intake/lots/staff/lot-routes.ts'
import { rowRoutes } from './intake/lots/staff/row-routes.ts'
import { certificateRoutes } from './issuing/certificates/staff-routes.ts'
import { bounceRoutes } from './outbox/bounces/bounce-routes.ts'
import { brandRoutes } from './policy/brand-routes.ts'
import { holdPolicy } from './policy/policy-guard.ts'
import { clientRoutes } from './practice/clients/accountant-routes.ts'
import { monthRoutes } from './practice/completeness/month-routes.ts'
import { exportRoutes } from './practice/exports/export-routes.ts'
import { firmRoutes } from './practice/firms/staff-routes.ts'
import { teamRoutes } from './practice/firms/team-routes.ts'
import { grantRoutes } from './practice/grants/customer-routes.ts'
import { grantUseRoutes } from './practice/grants/use-routes.ts'
import { firmKeyRoutes } from './practice/keys/lead-routes.ts'
import { packageRoutes } from './practice/packages/package-routes.ts'
import { apiPageRoutes } from './practice/programs/api-page-routes.ts'
import { clientRoutes as programClientRoutes } from './practice/programs/client-routes.ts'
import { eventRoutes } from './practice/programs/event-routes.ts'
import { limitRoutes } from './practice/programs/limit-routes.ts'
import { packageRoutes as programPackageRoutes } from './practice/programs/packages/package-routes.ts'
import { receiptRoutes as programReceiptRoutes } from './practice/programs/receipts/receipt-routes.ts'
import { webhookRoutes } from './practice/programs/webhook-routes.ts'
import { correctionRoutes as lineCorrectionRoutes } from './practice/queries/correction/correction-routes.ts'
import { queryRoutes } from './practice/queries/query-routes.ts'
import { Quota } from './practice/quota/quota.ts'
import { limitCalls } from './practice/quota/quota-guard.ts'
import { readerOf } from './practice/reader.ts'
import { receiptListRoutes } from './receipts/list-routes.ts'
import { receiptPageRoutes } from './receipts/page-routes.ts'
import { savedSearchRoutes } from './receipts/search/saved/saved-search-routes.ts'
import { isLoopback } from './values/network.ts'
import { api } from './web/api.ts'
import { ground } from './web/ground.ts'
import { operations } from './web/operations.ts'
import { publicPages } from './web/pages/public-pages.ts'
import { serverOptions } from './web/server-options.ts'

type PortalOptions = {
  logger?: FastifyBaseLogger
  tls?: { cert: Buffer; key: Buffer }
  /** Areas that only this process has, such as the demo's mailbox. */
  extra?: (app: FastifyInstance) => Promise<void>
}

/** The map of URLs: area by area, guard by guard, slice by slice. */
export async function buildApp(
  context: Context,
  house: House,
  options: PortalOptions = {},
): Promise<FastifyInstance> {
  const app = await buildMachineDoor(context, house, options)
  await installIdentity(app, context)
  app.get('/', async (_request, reply) => reply.redirect('/comprobantes', 303))

  await app.register(publicPages, context)
  await app.register(brandRoutes, context)
  await app.register(signInRoutes)
  await app.register(firstLoginRoutes)
  await app.register(recoveryRoutes)
  await app.register(async (customer) => {
    customer.addHook('onRequest', requireOwner)
    customer.addHook('preHandler', afterBody(requireOwner))
    await customer.register(profileRoutes)
    await customer.register(profileChangeRoutes)
    await customer.register(savedSearchRoutes, context)
    await customer.register(grantRoutes)
    await customer.register(grantUseRoutes)
    await customer.register(teamRoutes)
    await customer.register(firmKeyRoutes, { post: house.webhookPost })
    await customer.register(clientRoutes, context)
    await customer.register(monthRoutes, context)
    await customer.register(packageRoutes, { ...context, templates: house.templates })
  })
  await app.register(async (reader) => {
    reader.addHook('onRequest', requireReader)
    reader.addHook('preHandler', afterBody(requireReader))
    const asked = (request: FastifyRequest) => readerOf(context, whoIs(request))
    const needs = { ...context, ridePool: house.ridePool, readerOf: asked }
    await reader.register(receiptListRoutes, needs)
    await reader.register(exportRoutes, { ...needs, factsPool: house.factsPool })
    await reader.register(queryRoutes, needs)
    await reader.register(lineCorrectionRoutes, context)
    await reader.register(receiptPageRoutes, needs)
  })
  await app.register(bounceRoutes, context)
  await app.register((scope) => programs(scope, context, house))
  await app.register(staffSignInRoutes)
  await app.register(factorRoutes)
  await app.register((staff) => staffArea(staff, context, house))
  await options.extra?.(app)
  return app
}

/** What the bank's own people use, each route behind a right of its own. */
async function staffArea(staff: FastifyInstance, context: Context, house: House): Promise<void> {
  staff.addHook('onRequest', requireStaff)
  staff.addHook('preHandler', afterBody(requireStaff))
  await staff.register(staffProfileRoutes)
  await staff.register(ownFactorRoutes)
  await staff.register(passkeyRoutes)
  await staff.register(peopleRoutes)
  await staff.register(apiKeyRoutes)
  await staff.register(panelRoutes, context)
  await staff.register(healthRoutes, context)
  await staff.register(approvalRoutes, context)
  await staff.register(roleRoutes, context)
  await staff.register(customerRoutes, context)
  await staff.register(viewRoutes, context)
  await staff.register(mergeRoutes, context)
  await staff.register(customerLoadRoutes, context)
  await staff.register(firmRoutes)
  await staff.register(mailRoutes, context)
  await staff.register(auditRoutes, context)
  await staff.register(issuerRoutes, context)
  await staff.register(placeRoutes, context)
  await staff.register(pointRoutes, context)
  await staff.register(parameterRoutes, context)
  await staff.register(previewRoutes, context)
  const lotNeeds = { ...context, ridePool: house.ridePool, templates: house.templates }
  await staff.register(receiptRoutes, lotNeeds)
  await staff.register(annulmentRoutes, context)
  await staff.register(issuanceRoutes, lotNeeds)
  await staff.register(correctionRoutes, context)
  await staff.register(resumeRoutes, context)
  await staff.register(adoptionRoutes, context)
  await staff.register(outageRoutes, context)
  await staff.register(creditNoteRoutes, context)
  await staff.register(certificateRoutes, context)
  await staff.register(lotRoutes, lotNeeds)
  await staff.register(lotActionRoutes, lotNeeds)
  await staff.register(rowRoutes, lotNeeds)
  await staff.register(journeyRoutes, context)
}

/** What the bank's programs may call, each with a key of its own. */
async function programs(app: FastifyInstance, context: Context, house: House): Promise<void> {
  const { config, policy } = context
  await app.register(api, { name: policy.brand.name, publicUrl: config.publicUrl })
  await app.register(apiKeyProgramRoutes)
  await app.register(emissionRoutes, context)
  await app.register((firms) => firmPrograms(firms, context, house))
  await app.register(apiPageRoutes, context)
}

/** What the programs of firms of accountants may: read, each as much as its key. */
async function firmPrograms(app: FastifyInstance, context: Context, house: House): Promise<void> {
  app.addHook('onRequest', requireApiKey('read'))
  app.addHook('onRequest', limitCalls(new Quota(context)))
  await app.register(limitRoutes, context)
  await app.register(programClientRoutes, context)
  await app.register(programReceiptRoutes, { ...context, ridePool: house.ridePool })
  await app.register(programPackageRoutes, context)
  await app.register(eventRoutes, context)
  await app.register(webhookRoutes, { ...context, post: house.webhookPost })
}

/** On its own machine the portal answers by whichever name somebody types. */
function loopbackHosts(config: Context['config']): string[] {
  const { hostname, port } = new URL(config.publicUrl)
  if (!isLoopback(hostname)) return []
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => (port ? `${name}:${port}` : name))
}

/** What every process answers, a worker too: the ground, and the doors for machines. */
export async function buildMachineDoor(
  context: Context,
  house: House,
  options: PortalOptions = {},
): Promise<FastifyInstance> {
  const { config, db, policy, random } = context
  const { assets, registry, templates } = house
  const { logger, tls } = options
  const app = fastify(
    serverOptions({
      trustProxy: config.trustProxy,
      random,
      ...(logger ? { loggerInstance: logger } : {}),
      ...(tls ? { tls } : {}),
    }),
  )
  holdPolicy(app, context.live)
  await app.register(ground, {
    publicUrl: new URL(config.publicUrl),
    otherHosts: loopbackHosts(config),
    brand: policy.brand,
    sections: sectionsOf(policy.brand),
    templates,
    assets,
    assetsFolder: path.join(config.dataDir, 'assets'),
    registry,
  })
  await app.register(operations, {
    registry,
    metricsToken: config.metricsToken,
    checks: { database: databaseCheck(db), writing: writeCheck(db) },
  })
  return app
}
