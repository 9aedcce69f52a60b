using InterestService.Api.Hosting;

namespace InterestService.Api.Publishing;

internal static class PublishingServices
{
    public static void AddPublishing(this IServiceCollection services) => services.AddSettings<PublishMargins>(PublishMargins.Subsection);
}
