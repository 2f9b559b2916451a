// Composes the supergraph of our OpenAPI document, with the same links, for Hive Gateway: DOCUMENT and ENDPOINT say of what.
import { defineConfig } from '@graphql-mesh/compose-cli';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';

const { DOCUMENT: source, ENDPOINT: endpoint } = process.env;

export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadOpenAPISubgraph('modelarts', {
        source,
        endpoint,
        selectQueryOrMutationField: [{ type: 'query', fieldName: 'listTrainingJobs' }],
      }),
    },
  ],
  additionalTypeDefs: /* GraphQL */ `
    extend type JobResponse {
      linkedAlgorithm: AlgorithmResponse
        @resolveTo(
          sourceName: "modelarts"
          sourceTypeName: "Query"
          sourceFieldName: "showAlgorithmByUuid"
          requiredSelectionSet: "{ algorithm { id } }"
          sourceArgs: { project_id: "p", algorithm_id: "{root.algorithm.id}" }
        )
      linkedPool: PoolModel
        @resolveTo(
          sourceName: "modelarts"
          sourceTypeName: "Query"
          sourceFieldName: "showPool"
          requiredSelectionSet: "{ spec { resource { pool_id } } }"
          sourceArgs: { project_id: "p", pool_name: "{root.spec.resource.pool_id}" }
        )
    }
  `,
});
