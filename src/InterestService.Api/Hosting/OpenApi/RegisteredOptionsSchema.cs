using InterestService.Api.Requests;
using InterestService.Pipeline;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>
/// Describes the options of the registered encoders and algorithms as fields of <see cref="ClusteringParameters"/>, before its own, by
/// the types, checks and XML summaries of their declarations.
/// </summary>
internal sealed class RegisteredOptionsSchema : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.Type != typeof(ClusteringParameters) || context.MemberInfo is not null || schema is not OpenApiSchema parameters) return;
        var own = parameters.Properties!;
        parameters.Properties = new Dictionary<string, IOpenApiSchema>();
        foreach (var option in RequestOptions.All)
        {
            var property = context.SchemaGenerator.GenerateSchema(option.Type, context.SchemaRepository, option.Property);
            if (property is OpenApiSchema inline) inline.Type |= JsonSchemaType.Null;
            parameters.Properties.Add(option.Name, NullableReferences.OrNull(property));
        }

        foreach (var (name, property) in own) parameters.Properties.Add(name, property);
    }
}
