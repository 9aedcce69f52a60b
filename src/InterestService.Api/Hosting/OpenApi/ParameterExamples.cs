using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>
/// Gives each id in a path an example, unless the XML documentation of the parameter has one. Users and clusters are those of the generated
/// shop that the command <c>demo</c> loads; the ids of clusterings and comparisons differ with each of them.
/// </summary>
internal sealed class ParameterExamples : IParameterFilter
{
    /// <summary>Id of a clustering.</summary>
    public static readonly Guid Id = Guid.Parse("019a0b5e-6f2c-7a31-9d5e-3f0a4c1b2d6e");

    /// <summary>Id of an earlier clustering.</summary>
    public static readonly Guid Earlier = Guid.Parse("019a0634-1c20-7b1f-8a02-5a4d6e7f8091");

    private const int Cluster = 6;
    private const string User = "user-00370";
    private const string Alias = "cookie-7f3a";

    public void Apply(IOpenApiParameter parameter, ParameterFilterContext context)
    {
        if (parameter is not OpenApiParameter { In: ParameterLocation.Path, Example: null } id) return;
        var type = context.ApiParameterDescription.Type;
        id.Example = type == typeof(Guid) ? $"{Id}" : type == typeof(int) ? Cluster : id.Name == "alias" ? Alias : User;
    }
}
