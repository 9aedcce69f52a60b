namespace InterestService.Api.Recommendations;

internal static class RecommendationServices
{
    public static void AddRecommendations(this IServiceCollection services)
    {
        services.AddSingleton<PublishedPopularity>();
        services.AddSingleton<ControlGroup>();
        services.AddSingleton<RecommendationIds>();
        services.AddSingleton<Recommender>();
        services.AddSingleton<Explainer>();
        services.AddSingleton<FeedbackQuery>();
    }
}
