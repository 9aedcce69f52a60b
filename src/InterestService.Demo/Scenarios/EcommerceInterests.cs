namespace InterestService.Demo.Scenarios;

/// <summary>The departments of the shop with their topics and words.</summary>
internal static class EcommerceInterests
{
    private static readonly ItemLife _staple = new(NewShare: 0.15, HalfLifeDays: 900);
    private static readonly ItemLife _novelty = new(NewShare: 0.45, HalfLifeDays: 150);
    private static readonly ItemLife _collection = new(NewShare: 0.75, HalfLifeDays: 60) { LaunchDays = [0, 91, 182, 273] };

    public static IReadOnlyList<ScenarioInterest> All { get; } =
    [
        new("fashion", 1.5, ["beauty", "sports"],
            EcommerceItems.Goods(_collection,
                ["Linen", "Relaxed", "Tailored", "Vintage", "Striped", "Organic Cotton", "Slim", "Oversized", "Classic", "Cropped"],
                ["navy", "olive", "sand", "black", "ivory", "rust"]),
            [
                new("dresses", Season.Summer, "Wrap Dress", "Midi Dress", "Shirt Dress", "Sundress"),
                new("coats", Season.Winter, "Wool Coat", "Parka", "Down Jacket", "Trench Coat"),
                new("shoes", Season.Autumn, "Ankle Boots", "Loafers", "Sneakers", "Sandals"),
                new("basics", Season.Even, "T-Shirt", "Jeans", "Cardigan", "Chinos", "Blouse"),
            ]),
        new("electronics", 1.4, ["sports", "home"],
            EcommerceItems.Goods(_novelty,
                ["Wireless", "Compact", "Smart", "Noise-Cancelling", "Portable", "Fast", "Bluetooth", "Slim", "Silent", "Rugged"],
                ["Mini", "Pro", "Plus", "2nd generation", "black", "silver"]),
            [
                new("audio", Season.Gifts, "Headphones", "Earbuds", "Speaker", "Soundbar", "Turntable"),
                new("computing", Season.Autumn, "Keyboard", "Monitor", "Laptop Stand", "Mouse", "USB-C Dock"),
                new("photo", Season.Summer, "Action Camera", "Tripod", "Instant Camera", "Drone"),
                new("charging", Season.Even, "Power Bank", "Charger", "Charging Pad", "Travel Adapter"),
            ]),
        new("food", 1.2, ["home", "garden"],
            EcommerceItems.Goods(_staple,
                ["Organic", "Roasted", "Wild", "Smoked", "Artisan", "Fair-Trade", "Stone-Ground", "Raw", "Spicy", "Classic"],
                ["250 g", "500 g", "1 kg", "family pack", "gift tin", "sampler"]),
            [
                new("coffee & tea", Season.Even, "Espresso Beans", "Filter Coffee", "Green Tea", "Earl Grey", "Chai"),
                new("pantry", Season.Even, "Olive Oil", "Basmati Rice", "Tomato Passata", "Sea Salt", "Honey"),
                new("sweets", Season.Gifts, "Dark Chocolate", "Nougat", "Shortbread", "Salted Caramels"),
                new("grilling", Season.Summer, "Barbecue Sauce", "Steak Rub", "Halloumi", "Chili Marinade"),
            ]),
        new("outdoor", 1.0, ["sports", "garden"],
            EcommerceItems.Goods(_staple,
                ["Waterproof", "Lightweight", "Insulated", "Foldable", "Rugged", "Alpine", "Trail", "Merino", "Windproof", "Compact"],
                ["1 person", "2 persons", "green", "orange", "long", "regular"]),
            [
                new("camping", Season.Summer, "Tent", "Sleeping Bag", "Camp Stove", "Hammock", "Lantern"),
                new("hiking", Season.Autumn, "Backpack", "Trekking Poles", "Hiking Boots", "Water Filter"),
                new("climbing", Season.Spring, "Harness", "Chalk Bag", "Climbing Shoes", "Carabiner Set"),
                new("snow", Season.Winter, "Snowshoes", "Ski Goggles", "Base Layer", "Gaiters"),
            ]),
        new("books", 1.1, ["toys", "food"],
            EcommerceItems.Goods(_novelty,
                ["Quiet", "Forgotten", "Illustrated", "Northern", "Secret", "Last", "Brief", "Modern", "Golden", "Complete"],
                ["paperback", "hardcover", "e-book", "audiobook", "pocket edition", "signed edition"]),
            [
                new("crime", Season.Winter, "Thriller", "Detective Story", "Spy Novel", "Cold Case"),
                new("travel writing", Season.Summer, "Atlas", "Travel Guide", "Island Diary", "Railway Journey"),
                new("science", Season.Even, "History of Time", "Field Guide", "Mathematics Primer", "Life of Cells"),
                new("cookery", Season.Gifts, "Cookbook", "Baking Book", "Vegetarian Kitchen", "Wine Companion"),
            ]),
        new("home", 1.2, ["garden", "food"],
            EcommerceItems.Goods(_staple,
                ["Oak", "Handmade", "Stoneware", "Woven", "Scandinavian", "Velvet", "Foldable", "Classic", "Linen", "Compact"],
                ["small", "large", "white", "grey", "terracotta", "set of 2"]),
            [
                new("kitchenware", Season.Even, "Frying Pan", "Chef's Knife", "Cutting Board", "Teapot", "Mixing Bowl"),
                new("textiles", Season.Winter, "Throw", "Cushion", "Duvet Cover", "Rug"),
                new("lighting", Season.Autumn, "Table Lamp", "Floor Lamp", "Pendant Light", "Candle Holder"),
                new("storage", Season.Spring, "Bookshelf", "Laundry Basket", "Coat Rack", "Drawer Unit"),
            ]),
        new("beauty", 0.9, ["fashion", "sports"],
            EcommerceItems.Goods(_novelty,
                ["Hydrating", "Vegan", "Matte", "Gentle", "Radiant", "Mineral", "Overnight", "Fragrance-Free", "Botanical", "Silky"],
                ["30 ml", "50 ml", "100 ml", "travel size", "refill", "gift set"]),
            [
                new("skincare", Season.Winter, "Face Cream", "Vitamin C Serum", "Cleanser", "Eye Cream"),
                new("sun care", Season.Summer, "Sunscreen SPF 50", "After-Sun Lotion", "Self-Tanner", "Lip Balm SPF 30"),
                new("make-up", Season.Even, "Lipstick", "Mascara", "Foundation", "Eyeshadow Palette"),
                new("fragrance", Season.Gifts, "Eau de Parfum", "Body Mist", "Scented Candle", "Perfume Oil"),
            ]),
        new("toys", 0.8, ["books", "electronics"],
            EcommerceItems.Goods(_novelty,
                ["Wooden", "Magnetic", "Giant", "Musical", "Plush", "Glow-in-the-Dark", "Classic", "Mini", "Colourful", "Cooperative"],
                ["from 1 year", "from 3 years", "from 5 years", "from 8 years", "48 pieces", "120 pieces"]),
            [
                new("building", Season.Gifts, "Building Blocks", "Marble Run", "Train Set", "Robot Kit"),
                new("games", Season.Gifts, "Board Game", "Memory Game", "Card Game", "Jigsaw Puzzle"),
                new("dolls & plush", Season.Gifts, "Teddy Bear", "Doll House", "Hand Puppet", "Unicorn"),
                new("outdoor play", Season.Summer, "Kite", "Sandbox Set", "Scooter", "Bubble Machine"),
            ]),
        new("sports", 1.0, ["outdoor", "fashion"],
            EcommerceItems.Goods(_staple,
                [
                    "Breathable", "Weighted", "Carbon", "Adjustable", "Lightweight", "Non-Slip", "Competition", "Compact", "Padded",
                    "Reflective",
                ],
                ["S", "M", "L", "black", "blue", "club edition"]),
            [
                new("running", Season.Spring, "Running Shoes", "Running Vest", "Sports Watch", "Running Belt"),
                new("fitness", Season.Winter, "Yoga Mat", "Kettlebell", "Resistance Bands", "Foam Roller", "Skipping Rope"),
                new("cycling", Season.Summer, "Bike Helmet", "Cycling Jersey", "Bike Light", "Bottle Cage"),
                new("team sports", Season.Autumn, "Football", "Basketball", "Shin Guards", "Goalkeeper Gloves"),
            ]),
        new("garden", 0.8, ["home", "outdoor"],
            EcommerceItems.Goods(_staple,
                ["Hardy", "Organic", "Galvanised", "Heirloom", "Climbing", "Teak", "Long-Reach", "Frost-Proof", "Dwarf", "Bee-Friendly"],
                ["small", "large", "pack of 3", "green", "terracotta", "starter kit"]),
            [
                new("seeds", Season.Spring, "Tomato Seeds", "Wildflower Mix", "Lavender", "Pumpkin Seeds", "Basil Seeds"),
                new("tools", Season.Spring, "Pruning Shears", "Garden Hose", "Spade", "Wheelbarrow", "Rake"),
                new("furniture", Season.Summer, "Garden Bench", "Parasol", "Deck Chair", "Fire Bowl"),
                new("bulbs", Season.Autumn, "Tulip Bulbs", "Daffodil Bulbs", "Crocus Bulbs", "Hyacinth Bulbs"),
            ]),
    ];
}
