using System.Reflection;
using System.Text.Json;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>Admits null for properties that may be null and whose schema is a reference to one that does not.</summary>
internal sealed class NullableReferences : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } properties }) return;
        var nullability = new NullabilityInfoContext();
        foreach (var property in context.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (properties.TryGetValue(name, out var own) && nullability.Create(property).ReadState == NullabilityState.Nullable) properties[name] = OrNull(own);
        }
    }

    /// <summary>Returns a schema that is null or the given one; the given one unless it is a reference.</summary>
    public static IOpenApiSchema OrNull(IOpenApiSchema schema) => schema is OpenApiSchemaReference
        ? new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }], Description = schema.Description }
        : schema;
}
