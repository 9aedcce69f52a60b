using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting;

internal static class Settings
{
    public static void AddSettings(this IServiceCollection services)
    {
        services.AddOptions<InterestServiceOptions>()
            .BindConfiguration(InterestServiceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<InterestServiceOptions>, InterestServiceOptionsValidator>();
    }
}
