using InterestService.Api.Hosting.ApiKeys;
using Microsoft.OpenApi;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>Swagger UI at <c>/swagger</c> and the document behind it; <c>openapi.json</c> at the repository's root is that document.</summary>
internal static class OpenApiServices
{
    public const string Document = "v1";

    public const OpenApiSpecVersion Version = OpenApiSpecVersion.OpenApi3_1;

    public static void AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "InterestService",
                Version = ServiceVersion.Text,
                Description = "Behaviour events go in; every user comes out with a cluster and an explained interest profile. "
                    + "Upload events, start a clustering, follow it, look users up. Every error is a problem document (RFC 9457).",
                Contact = new OpenApiContact { Name = "The operator of this service" },
                License = new OpenApiLicense { Name = "Not specified", Identifier = "NOASSERTION" },
            });
            swagger.AddServer(new OpenApiServer { Url = "/", Description = "The service that this document comes from." });
            swagger.DocumentFilter<OrderOfWork>();
            foreach (string file in Directory.GetFiles(AppContext.BaseDirectory, "InterestService.*.xml")) swagger.IncludeXmlComments(file);
            swagger.ParameterFilter<ParameterExamples>();
            swagger.OperationFilter<OperationFilter>();
            swagger.SchemaFilter<ClusterCountSchema>();
            swagger.SchemaFilter<RegisteredOptionsSchema>();
            swagger.SchemaFilter<NullableReferences>();
            swagger.SupportNonNullableReferenceTypes();
            swagger.NonNullableReferenceTypesAsRequired();
            swagger.AddSecurityDefinition(ApiKeyAuthorization.Scheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyAuthorization.HeaderName,
                Description = "A key of the configuration or of `POST /keys`. In Development, callers on the same machine need none.",
            });
            swagger.AddSecurityRequirement(document => new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(ApiKeyAuthorization.Scheme, document)] = [],
            });
        });
    }

    /// <summary>Adds Swagger in a branch of the pipeline, so that other requests do not pass through its middleware.</summary>
    public static void UseOpenApiDocument(this WebApplication app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments("/swagger"),
        swagger => swagger.UseSwagger(options => options.OpenApiVersion = Version).UseSwaggerUI(ui =>
        {
            ui.DocumentTitle = "InterestService";
            ui.SwaggerEndpoint($"/swagger/{Document}/swagger.json", "InterestService");
            ui.EnableTryItOutByDefault();
            ui.DisplayRequestDuration();
            ui.EnableDeepLinking(); // each operation has its address
            ui.EnablePersistAuthorization(); // a reload of the page keeps the key
        }));
}
