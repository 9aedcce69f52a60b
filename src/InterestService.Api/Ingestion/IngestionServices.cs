namespace InterestService.Api.Ingestion;

internal static class IngestionServices
{
    public static void AddIngestion(this IServiceCollection services) => services.AddSingleton<UploadPlaces>();

    public static void MapIngestion(this IEndpointRouteBuilder routes) => routes.MapEvents().MapItems().MapLabels().MapLinks();
}
