using InterestService.Api.Publishing.Models;
using InterestService.Api.Users;

namespace InterestService.Api.Publishing.Snapshots;

internal static class PublishingServices
{
    public static void AddPublishing(this IServiceCollection services)
    {
        services.AddSingleton<PublishedSnapshot>();
        services.AddSingleton<PublishedModel>();
        services.AddHostedService(provider => provider.GetRequiredService<PublishedSnapshot>());
        services.AddSingleton<UserInterestsQuery>();
        services.AddSingleton<SimilarUsers>();
    }
}
