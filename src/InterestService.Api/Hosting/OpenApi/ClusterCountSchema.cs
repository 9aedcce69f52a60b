using InterestService.Api.Requests;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>Describes <see cref="ClusterCount"/> as it is written: a number or a word.</summary>
internal sealed class ClusterCountSchema : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.Type != typeof(ClusterCount) || schema is not OpenApiSchema count) return;
        (count.Type, count.Properties, count.Required, count.AdditionalPropertiesAllowed) = (null, null, null, true);
        count.Description = "How many clusters: a number, or `\"auto\"`.";
        count.AnyOf = // generators of clients take the first of oneOf
        [
            new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "10000" },
            new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["auto"] },
        ];
    }
}
