namespace InterestService.Api.Serving;

internal static class ServingServices
{
    public static void AddServing(this IServiceCollection services)
    {
        services.AddSingleton<PublishedSnapshot>();
        services.AddSingleton<PublishedModel>();
        services.AddHostedService(provider => provider.GetRequiredService<PublishedSnapshot>());
        services.AddSingleton<UserInterestsQuery>();
        services.AddSingleton<SimilarUsers>();
    }
}
